import DICOM

/// A coded concept (PS3.3 §8).
struct Concept: Sendable, Hashable {
  var code: String
  var scheme: String
  var meaning: String

  static func dcm(_ code: String, _ meaning: String) -> Concept { Concept(code: code, scheme: "DCM", meaning: meaning) }
  static func sct(_ code: String, _ meaning: String) -> Concept { Concept(code: code, scheme: "SCT", meaning: meaning) }
  static func ln(_ code: String, _ meaning: String) -> Concept { Concept(code: code, scheme: "LN", meaning: meaning) }

  var item: DataSet { DataSet(code: code, scheme: scheme, meaning: meaning) }
}

/// Content items of structured reports (PS3.3 §C.17.3).
extension DataSet {
  init(code: Concept, as name: Concept, _ relationship: String = "CONTAINS") {
    self.init("CODE", name, relationship)
    set(.conceptCodeSequence, items: [code.item])
  }

  init(text: String, as name: Concept, _ relationship: String = "CONTAINS") {
    self.init("TEXT", name, relationship)
    set(.textValue, .ut, text)
  }

  init(uid: UID, as name: Concept, _ relationship: String = "CONTAINS") {
    self.init("UIDREF", name, relationship)
    set(.uid, uid)
  }

  /// A date and time.
  init(_ moment: String, as name: Concept, _ relationship: String) {
    self.init("DATETIME", name, relationship)
    set(.dateTime, .dt, moment)
  }

  /// A number in a unit of UCUM.
  init(_ number: Double, _ unit: String, _ unitMeaning: String? = nil, as name: Concept) {
    self.init("NUM", name, "CONTAINS")
    var value = DataSet()
    value.set(.measurementUnitsCodeSequence, code: unit, scheme: "UCUM", meaning: unitMeaning ?? unit)
    value.set(.numericValue, .ds, doubles: [number])
    set(.measuredValueSequence, items: [value])
  }

  init(container name: Concept, _ items: [DataSet]) {
    self.init("CONTAINER", name, "CONTAINS")
    set(.continuityOfContent, .cs, "SEPARATE")
    set(.contentSequence, items: items)
  }

  private init(_ type: String, _ name: Concept, _ relationship: String) {
    self.init()
    set(.relationshipType, .cs, relationship)
    set(.valueType, .cs, type)
    set(.conceptNameCodeSequence, items: [name.item])
  }

  /// SR Document Series, General and the root of the content (PS3.3 §C.17.1 to §C.17.3).
  mutating func addReport(title: Concept, template: String) {
    set(.referencedPerformedProcedureStepSequence, items: [])
    set(.completionFlag, .cs, "COMPLETE")
    set(.verificationFlag, .cs, "UNVERIFIED")
    set(.performedProcedureCodeSequence, items: [])
    set(.valueType, .cs, "CONTAINER")
    set(.continuityOfContent, .cs, "SEPARATE")
    set(.conceptNameCodeSequence, items: [title.item])
    var identification = DataSet()
    identification.set(.mappingResource, .cs, "DCMR")
    identification.set(.templateIdentifier, .cs, template)
    set(.contentTemplateSequence, items: [identification])
  }
}
