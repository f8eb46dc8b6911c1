import DICOM

/// Which value types may stand under which by which relationship in a SOP class (PS3.3 §A.35).
struct ContentConstraints: Sendable {
  /// Value types an item of the class may have.
  var types: Set<ValueType>
  var allowsReferences: Bool
  private var rules: [(sources: Set<ValueType>, relationship: RelationshipType, targets: Set<ValueType>)]

  func allows(_ source: ValueType, _ relationship: RelationshipType, _ target: ValueType) -> Bool {
    guard types.contains(target) else { return false }
    return rules.contains {
      $0.relationship == relationship && $0.sources.contains(source) && $0.targets.contains(target)
    }
  }

  /// The constraints of a SOP class; those of Comprehensive 3D for the classes that only differ by template.
  static func of(_ sopClass: UID) -> ContentConstraints {
    switch sopClass {
    case .basicTextSRStorage: basicText
    case .enhancedSRStorage: enhanced
    case .keyObjectSelectionDocumentStorage: keyObjects
    case .comprehensiveSRStorage: comprehensive
    case .xRayRadiationDoseSRStorage, .radiopharmaceuticalRadiationDoseSRStorage: dose
    default: comprehensive3D
    }
  }

  private static let textual: Set<ValueType> = [.text, .code, .dateTime, .date, .time, .uidReference, .personName]
  private static let instances: Set<ValueType> = [.composite, .image, .waveform]
  private static let coordinates: Set<ValueType> = [.spatialCoordinates, .temporalCoordinates]

  /// PS3.3 Table A.35.1-2.
  private static let basicText = ContentConstraints(
    types: textual.union(instances).union([.container]), allowsReferences: false,
    rules: [
      ([.container], .contains, textual.union(instances).union([.container])),
      ([.container], .hasObservationContext, textual.union([.composite])),
      ([.container, .image, .waveform, .composite], .hasAcquisitionContext, textual),
      ([.container, .text, .code], .hasConceptModifier, [.text, .code]),
      ([.text], .hasProperties, textual.union(instances)),
      ([.text], .inferredFrom, textual.union(instances)),
      ([.personName], .hasProperties, [.text, .code, .dateTime, .date, .time, .uidReference, .personName]),
    ])

  /// PS3.3 Table A.35.2-2.
  private static let enhanced = ContentConstraints(
    types: textual.union(instances).union(coordinates).union([.container, .numeric]), allowsReferences: false,
    rules: [
      ([.container], .contains, textual.union(instances).union(coordinates).union([.container, .numeric])),
      ([.container], .hasObservationContext, textual.union([.composite, .numeric])),
      (
        [.container, .image, .waveform, .composite, .numeric], .hasAcquisitionContext,
        textual.union([.numeric])
      ),
      (Set(ValueType.allCases), .hasConceptModifier, [.text, .code]),
      ([.text, .code, .numeric], .hasProperties, textual.union(instances).union(coordinates).union([.numeric])),
      ([.personName], .hasProperties, [.text, .code, .dateTime, .date, .time, .uidReference, .personName]),
      ([.text, .code, .numeric], .inferredFrom, textual.union(instances).union(coordinates).union([.numeric])),
      ([.spatialCoordinates], .selectedFrom, [.image]),
      ([.temporalCoordinates], .selectedFrom, [.spatialCoordinates, .image, .waveform]),
    ])

  /// PS3.3 Table A.35.3-2 and, with 3D coordinates, A.35.13-2; `HAS CONCEPT MOD` from every source.
  private static func comprehensive(_ coordinates: Set<ValueType>, tables: Bool) -> ContentConstraints {
    let leaves = textual.union(instances).union(coordinates).union([.numeric]).union(tables ? [.table] : [])
    let all = leaves.union([.container])
    return ContentConstraints(
      types: all, allowsReferences: true,
      rules: [
        ([.container], .contains, all),
        (
          [.text, .code, .numeric, .container], .hasObservationContext,
          textual.union([.numeric, .composite, .container])
        ),
        (
          [.container, .image, .waveform, .composite, .numeric, .spatialCoordinates3D], .hasAcquisitionContext,
          textual.union([.numeric, .container])
        ),
        (Set(ValueType.allCases), .hasConceptModifier, [.text, .code]),
        ([.text, .code, .numeric], .hasProperties, all),
        (
          [.personName], .hasProperties, [.text, .code, .dateTime, .date, .time, .uidReference, .personName]
        ),
        (
          [.image, .waveform, .composite], .hasProperties,
          textual.union([.numeric])
        ),
        ([.text, .code, .numeric], .inferredFrom, all),
        ([.spatialCoordinates], .selectedFrom, [.image]),
        ([.temporalCoordinates], .selectedFrom, [.spatialCoordinates, .spatialCoordinates3D, .image, .waveform]),
        ([.table], .contains, []),
      ])
  }

  private static let comprehensive = comprehensive(coordinates, tables: false)
  private static let comprehensive3D = comprehensive(coordinates.union([.spatialCoordinates3D]), tables: true)

  /// PS3.3 Table A.35.4-2.
  private static let keyObjects = ContentConstraints(
    types: [.container, .text, .code, .uidReference, .personName, .image, .waveform, .composite],
    allowsReferences: false,
    rules: [
      ([.container], .contains, [.text, .image, .waveform, .composite]),
      ([.container], .hasObservationContext, [.text, .code, .uidReference, .personName]),
      ([.container], .hasConceptModifier, [.code]),
    ])

  /// PS3.3 Table A.35.8-2.
  private static let dose = ContentConstraints(
    types: textual.union(instances).union([.container, .numeric]), allowsReferences: false,
    rules: [
      ([.container], .contains, textual.union(instances).union([.container, .numeric])),
      (
        [.text, .code, .numeric, .container], .hasObservationContext, textual.union([.numeric, .container, .composite])
      ),
      (
        [.container, .image, .waveform, .composite, .numeric], .hasAcquisitionContext,
        textual.union([.numeric, .container])
      ),
      (Set(ValueType.allCases), .hasConceptModifier, [.text, .code]),
      ([.text, .code, .numeric], .hasProperties, textual.union(instances).union([.container, .numeric])),
      ([.personName], .hasProperties, [.text, .code, .dateTime, .date, .time, .uidReference, .personName]),
      ([.text, .code, .numeric], .inferredFrom, textual.union(instances).union([.container, .numeric])),
    ])
}
