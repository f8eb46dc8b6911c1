extension ConditionRule {
  /// Presentation states: shutters, displayed areas, annotations.
  static let presentation: [ConditionRule] = [
    ConditionRule(.shutterLeftVerticalEdge, "§C.7.6.11", in: shutters, hasShape("RECTANGULAR")),
    ConditionRule(.shutterRightVerticalEdge, "§C.7.6.11", in: shutters, hasShape("RECTANGULAR")),
    ConditionRule(.shutterUpperHorizontalEdge, "§C.7.6.11", in: shutters, hasShape("RECTANGULAR")),
    ConditionRule(.shutterLowerHorizontalEdge, "§C.7.6.11", in: shutters, hasShape("RECTANGULAR")),
    ConditionRule(.centerOfCircularShutter, "§C.7.6.11", in: shutters, hasShape("CIRCULAR")),
    ConditionRule(.radiusOfCircularShutter, "§C.7.6.11", in: shutters, hasShape("CIRCULAR")),
    ConditionRule(.verticesOfThePolygonalShutter, "§C.7.6.11", in: shutters, hasShape("POLYGONAL")),
    ConditionRule(.presentationPixelSpacing, "§C.10.4", in: ["displayed-area"]) { item in
      item.string(.presentationSizeMode).map { $0 == "TRUE SIZE" }
    },
    ConditionRule(
      .presentationPixelMagnificationRatio, "§C.10.4", in: ["displayed-area"],
      when(.presentationSizeMode, is: "MAGNIFY")),
    ConditionRule(.boundingBoxAnnotationUnits, "§C.10.5", with(.boundingBoxTopLeftHandCorner)),
    ConditionRule(.boundingBoxTopLeftHandCorner, "§C.10.5", without(.anchorPoint)),
    ConditionRule(.boundingBoxBottomRightHandCorner, "§C.10.5", without(.anchorPoint)),
    ConditionRule(.boundingBoxTextHorizontalJustification, "§C.10.5", with(.boundingBoxTopLeftHandCorner)),
    ConditionRule(.anchorPoint, "§C.10.5", in: ["graphic-annotation"], without(.boundingBoxTopLeftHandCorner)),
    ConditionRule(.anchorPointVisibility, "§C.10.5", with(.anchorPoint)),
    ConditionRule(.anchorPointAnnotationUnits, "§C.10.5", with(.anchorPoint)),
    ConditionRule(
      .presentationLUTShape, "§C.11.6", in: ["softcopy-presentation-lut"], without(.presentationLUTSequence)),
    ConditionRule(
      .presentationLUTSequence, "§C.11.6", in: ["softcopy-presentation-lut"], without(.presentationLUTShape)),
  ]

  private static let shutters: Set<String> = ["display-shutter"]

  private static func hasShape(_ shape: String) -> @Sendable (DataSet) -> Bool? {
    { $0.strings(.shutterShape).contains(shape) }
  }
}
