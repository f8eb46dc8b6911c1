import DICOM

/// TID 1500, 1501, 1410 and 1411 (PS3.16 Annex A).
///
/// Where editions and implementations differ in what they demand, the milder reading is here: the language, the image
/// library and the tracking of a general group are left to the writer.
extension Template {
  static let measurementReport = Template(
    identifier: "1500",
    isTitle: { ContextGroup.group(7021)?.contains(value: $0.value, scheme: $0.scheme) ?? true },
    rows: [
      TemplateRow(
        "2", .hasConceptModifier, [.code], [.languageOfContent],
        children: [TemplateRow("2", .hasConceptModifier, [.code], [.countryOfLanguage])])
    ] + observers + [
      TemplateRow("4", .hasConceptModifier, [.code], [.procedureReported], .mandatory, most: nil),
      TemplateRow(
        "5", .contains, [.container], [.imageLibrary],
        children: [TemplateRow("2", .contains, [.container], [.imageLibraryGroup], most: nil)]),
      TemplateRow(
        "6", .contains, [.container], [.imagingMeasurements],
        children: [TemplateRow("7", .contains, [.container], [.measurementGroup], most: nil, template: group)]),
      TemplateRow("10", .contains, [.container], [.derivedImagingMeasurements]),
      TemplateRow("12", .contains, [.container], [.qualitativeEvaluations]),
    ],
    choices: [
      TemplateChoice(
        row: "6", names: [.imagingMeasurements, .derivedImagingMeasurements, .qualitativeEvaluations],
        allowsSeveral: true)
    ])

  /// The template of a measurement group: the one it says, or the one that its region implies.
  private static let group: @Sendable (ContentItem) -> Template? = { item in
    switch item.template?.identifier {
    case "1410"?: return .planarGroup
    case "1411"?: return .volumetricGroup
    case "1501"?: return .generalGroup
    default: break
    }
    switch MeasurementGroup(item)?.kind {
    case .planar?: return .planarGroup
    case .volumetric?: return .volumetricGroup
    default: return .generalGroup
    }
  }

  private static let isGroup: @Sendable (CodedConcept) -> Bool = { $0 == .measurementGroup }

  static let generalGroup = Template(
    identifier: "1501", isTitle: isGroup, rows: common(tracking: .optional) + measurements("10"))

  static let planarGroup = Template(
    identifier: "1410", isTitle: isGroup,
    rows: common(tracking: .mandatory) + [
      region("5", most: 1),
      TemplateRow("7", .contains, [.image], [.referencedSegmentationFrame]),
      TemplateRow(
        "8", .contains, [.image], [.sourceImageForSegmentation],
        .mandatoryOnlyIf { $0.has(.referencedSegmentationFrame) }),
    ] + measurements("11"),
    choices: [TemplateChoice(row: "5", names: [.imageRegion, .regionInSpace, .referencedSegmentationFrame])])

  static let volumetricGroup = Template(
    identifier: "1411", isTitle: isGroup,
    rows: common(tracking: .mandatory) + [
      region("5", most: nil),
      TemplateRow("7", .contains, [.image], [.referencedSegment]),
      TemplateRow("10", .contains, [.spatialCoordinates3D], [.volumeSurface]),
      TemplateRow(
        "11", .contains, [.image], [.sourceImageForSegmentation],
        .mandatoryOnlyIf { item in
          (item.has(.referencedSegment) || item.has(.volumeSurface)) && !item.has(.sourceSeriesForSegmentation)
        }, most: nil),
      TemplateRow("12", .contains, [.uidReference], [.sourceSeriesForSegmentation]),
    ] + measurements("15"),
    choices: [
      TemplateChoice(row: "5", names: [.imageRegion, .regionInSpace, .referencedSegment, .volumeSurface])
    ])

  /// Rows 1b to 4 and those that TID 1419 and 1501 share.
  private static func common(tracking: TemplateRow.Requirement) -> [TemplateRow] {
    [
      TemplateRow("1b", .hasObservationContext, [.text], [.activitySession]),
      TemplateRow("2", .hasObservationContext, [.text], [.trackingIdentifier], tracking),
      TemplateRow("3", .hasObservationContext, [.uidReference], [.trackingUniqueIdentifier], tracking),
      TemplateRow("3b", .contains, [.code], [.finding]),
      TemplateRow("5", .hasConceptModifier, [.code], [.measurementMethod]),
      TemplateRow(
        "6", .hasConceptModifier, [.code], [.findingSite], most: nil,
        children: [TemplateRow("7", .hasConceptModifier, [.code], [.laterality])]),
    ] + algorithm(.hasConceptModifier)
  }

  /// A contour with the image it is drawn on, or a shape in space.
  private static func region(_ row: String, most: Int?) -> TemplateRow {
    TemplateRow(
      row, .contains, [.spatialCoordinates, .spatialCoordinates3D], [.imageRegion, .regionInSpace], most: most,
      children: [
        TemplateRow(
          "6", .selectedFrom, [.image], [],
          .mandatoryIf { item in if case .spatialCoordinates = item.value { true } else { false } })
      ])
  }

  /// TID 300 and TID 1419: numbers, each with what modifies it.
  private static func measurements(_ row: String) -> [TemplateRow] {
    [
      TemplateRow(
        row, .contains, [.numeric], [], most: nil,
        children: [
          TemplateRow("3", .hasConceptModifier, [.code], [.measurementMethod]),
          TemplateRow("4", .hasConceptModifier, [.code], [.derivation]),
          TemplateRow("5", .hasConceptModifier, [.code], [.findingSite], most: nil),
        ] + algorithm(.hasConceptModifier))
    ]
  }
}

extension CodedConcept {
  static let countryOfLanguage = CodedConcept("121046", "DCM", "Country of Language")
  static let derivedImagingMeasurements = CodedConcept("126011", "DCM", "Derived Imaging Measurements")
  static let qualitativeEvaluations = CodedConcept("C0034375", "UMLS", "Qualitative Evaluations")
  static let volumeSurface = CodedConcept("121231", "DCM", "Volume Surface")
}
