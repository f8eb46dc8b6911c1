import DICOM
import Testing

@Suite("Validation of a data set")
struct ValidationTests {
  /// A secondary capture that breaks no rule.
  static var correct: DataSet {
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, UID.secondaryCaptureImageStorage)
    dataSet.set(.sopInstanceUID, UID("1.2.3.4"))
    dataSet.set(.studyInstanceUID, UID("1.2.3"))
    dataSet.set(.seriesInstanceUID, UID("1.2.3.1"))
    for tag in [
      Tag.studyDate, .studyTime, .accessionNumber, .referringPhysicianName, .patientName, .patientID, .patientBirthDate,
      .patientSex, .studyID, .seriesNumber, .instanceNumber, .patientOrientation, .laterality, .manufacturer,
    ] {
      dataSet.set(tag, DataDictionary.vr(tag) ?? .lo, "")
    }
    dataSet.set(.modality, .cs, "OT")
    dataSet.set(.conversionType, .cs, "WSD")
    dataSet.set(.samplesPerPixel, .us, 1)
    dataSet.set(.photometricInterpretation, .cs, "MONOCHROME2")
    dataSet.set(.rows, .us, 1)
    dataSet.set(.columns, .us, 2)
    dataSet.set(.bitsAllocated, .us, 8)
    dataSet.set(.bitsStored, .us, 8)
    dataSet.set(.highBit, .us, 7)
    dataSet.set(.pixelRepresentation, .us, 0)
    dataSet.set(.pixelData, .ob, bytes: [1, 2])
    return dataSet
  }

  @Test("of a correct one finds nothing")
  func correctness() {
    #expect(DataSetValidator.findings(in: Self.correct).isEmpty)
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var rule: ValidationFinding.Rule
    var path: String
    var severity = ValidationFinding.Severity.error
    var change: @Sendable (inout DataSet) -> Void
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "type 1 missing", rule: .missing, path: "0020000D") { $0[.studyInstanceUID] = nil },
    Case(name: "type 1 empty", rule: .empty, path: "00280004") { $0.set(.photometricInterpretation, .cs, "  ") },
    Case(name: "type 2 missing", rule: .missingMayBeEmpty, path: "00100010") { $0[.patientName] = nil },
    Case(name: "type 1C whose condition holds", rule: .missing, path: "00280006") {
      $0.set(.samplesPerPixel, .us, 3)
    },
    Case(name: "type 1C in an item", rule: .missing, path: "00081032/0/00080102") {
      var code = DataSet()
      code.set(.codeValue, .sh, "1")
      code.set(.codeMeaning, .lo, "one")
      $0.set(.procedureCodeSequence, items: [code])
    },
    Case(name: "an optional module begun", rule: .missing, path: "00120020", severity: .warning) {
      $0.set(.clinicalTrialSponsorName, .lo, "Sponsor")
      $0.set(.clinicalTrialSubjectID, .lo, "7")
      $0.set(.clinicalTrialProtocolName, .lo, "")
      $0.set(.clinicalTrialSiteID, .lo, "")
      $0.set(.clinicalTrialSiteName, .lo, "")
    },
    Case(name: "no enumerated value", rule: .enumeratedValue, path: "00100040") { $0.set(.patientSex, .cs, "W") },
    Case(name: "no enumerated number", rule: .enumeratedValue, path: "00280103") {
      $0.set(.pixelRepresentation, .us, 2)
    },
    Case(name: "an enumerated value by its place", rule: .enumeratedValue, path: "00080008") {
      $0.set(.imageType, .cs, "ORIGINAL", "TERTIARY", "AXIAL")
    },
    Case(name: "too many values", rule: .valueMultiplicity, path: "00080060") { $0.set(.modality, .cs, "OT", "CT") },
    Case(name: "too few numbers", rule: .valueMultiplicity, path: "00280034") { $0.set(.pixelAspectRatio, .is, 1) },
    Case(name: "too long", rule: .valueLength, path: "00200010") {
      $0.set(.studyID, .sh, "seventeen letters")
    },
    Case(name: "half a number", rule: .valueLength, path: "00280010") { $0.set(.rows, .us, bytes: [1, 0, 2]) },
    Case(name: "no date", rule: .valueForm, path: "00080020") { $0.set(.studyDate, .da, "20260231") },
    Case(name: "no UID", rule: .valueForm, path: "00080018") { $0.set(.sopInstanceUID, UID("1.02")) },
    Case(name: "another VR", rule: .valueRepresentation, path: "00100020") { $0.set(.patientID, .sh, "7") },
    Case(name: "undeclared text", rule: .characterSet, path: "00100010") {
      $0.set(.patientName, .pn, bytes: [0x4D, 0xFC])
    },
    Case(name: "bits that contradict", rule: .pixelDescription, path: "00280102") { $0.set(.highBit, .us, 11) },
    Case(name: "no private creator", rule: .privateCreator, path: "00091001", severity: .warning) {
      $0.set(Tag(0x0009, 0x1001), .lo, "x")
    },
    Case(name: "an unknown attribute", rule: .unknownAttribute, path: "001800FE", severity: .warning) {
      $0.set(Tag(0x0018, 0x00FE), .lo, "x")
    },
    Case(name: "a retired attribute", rule: .retired, path: "00080001", severity: .note) {
      $0.set(.lengthToEnd, .ul, 1)
    },
    Case(name: "an attribute of another IOD", rule: .notInIOD, path: "00180060", severity: .note) {
      $0.set(.kvp, .ds, "120")
    },
    Case(name: "an unknown SOP class", rule: .unknownIOD, path: "00080016", severity: .note) {
      $0.set(.sopClassUID, UID("1.2.3.4.5"))
    },
  ]

  @Test("tells the rule, the place and how grave it is", arguments: cases)
  func finding(example: Case) {
    var dataSet = Self.correct
    example.change(&dataSet)
    let findings = DataSetValidator.findings(in: dataSet)
    #expect(findings.map(\.rule) == [example.rule], "\(findings)")
    #expect(findings.map(\.path.description) == [example.path])
    #expect(findings.map(\.severity) == [example.severity])
  }

  @Test("says nothing of what a patient's values are")
  func silence() {
    var dataSet = Self.correct
    dataSet.set(.patientName, .pn, String(repeating: "Geheim", count: 20))
    dataSet.set(.patientSex, .cs, "GEHEIM")
    dataSet.set(.patientBirthDate, .da, "Geheim")
    let text = DataSetValidator.findings(in: dataSet).map(\.description).joined()
    #expect(!text.lowercased().contains("geheim"))
    #expect(text.contains("PatientBirthDate"))
  }

  struct Form: CustomTestStringConvertible, Sendable {
    var vr: VR
    var allowed: [String]
    var refused: [String]
    var testDescription: String { vr.name }
  }

  static let forms: [Form] = [
    Form(vr: .da, allowed: ["20240229", "19991231"], refused: ["20230229", "2024-02-29", "202402", "2024.02.29"]),
    Form(
      vr: .tm, allowed: ["10", "1011", "101112", "101112.123456", "235960"], refused: ["24", "1", "10:11", "1011.5"]),
    Form(
      vr: .dt, allowed: ["2024", "202402", "20240229", "2024022910", "20240229101112.5+0100", "2024-0500"],
      refused: ["202413", "20240229101", "2024+1"]),
    Form(vr: .as, allowed: ["045Y", "003W"], refused: ["45Y", "045J"]),
    Form(vr: .ds, allowed: ["1", "-1.5E+3", ".5", "+7"], refused: ["1,5", "inf", "0x10", "1e"]),
    Form(vr: .is, allowed: ["-2147483648", "+7"], refused: ["2147483648", "1.0", ""].filter { !$0.isEmpty }),
    Form(vr: .cs, allowed: ["A_B 1"], refused: ["a", "A-B"]),
    Form(vr: .ui, allowed: ["1.2.840", "0.1"], refused: ["1.02", "1..2", "a"]),
    Form(vr: .ur, allowed: ["https://a/b?c"], refused: ["a b"]),
    Form(vr: .pn, allowed: ["A^B^C^D^E", "A=B=C"], refused: ["A^B^C^D^E^F", "A=B=C=D", "A\nB"]),
    Form(vr: .lt, allowed: ["a\r\nb"], refused: ["a\u{1}"]),
    Form(vr: .lo, allowed: ["ab"], refused: ["a\nb"]),
  ]

  @Test("knows the form of each VR", arguments: forms)
  func form(example: Form) {
    func findings(_ text: String) -> [ValidationFinding.Rule] {
      var dataSet = DataSet()
      dataSet.set(.sopClassUID, UID("1.2"))
      dataSet.set(Tag(0x0009, 0x0010), .lo, "X")
      dataSet.set(Tag(0x0009, 0x1001), example.vr, text)
      return DataSetValidator.findings(in: dataSet).map(\.rule).filter { $0 != .unknownIOD }
    }
    for text in example.allowed { #expect(findings(text).isEmpty, "\(text)") }
    for text in example.refused { #expect(findings(text).contains(.valueForm), "\(text)") }
  }

  @Test("has a definition of nearly every storage SOP class")
  func definitions() throws {
    let unknown = StorageSOPClasses.all.filter { IODDefinition(sopClass: $0) == nil }
    #expect(unknown.count < 20, "\(unknown)")
    let ct = try #require(IODDefinition(sopClass: .ctImageStorage))
    #expect(ct.modules.contains { $0.name == "ct-image" && $0.usage == .mandatory })
    let code = ct.modules.first { $0.name == "general-study" }?.attributes.first { $0.tag == .procedureCodeSequence }
    #expect(code?.items.contains { $0.tag == .codeMeaning && $0.type == .required } == true)
  }

  @Test("ends on any mutation of a file")
  func mutation() {
    var random = Seeded(seed: FuzzSeed.chosen)
    print("validation mutations: seed \(FuzzSeed.chosen)")
    guard let file = try? Examples.file(in: .explicitVRLittleEndian) else { return }
    for _ in 0..<300 {
      var mutant = file
      Mutation.apply(to: &mutant, using: &random)
      guard let (_, dataSet) = try? Part10.read(mutant) else { continue }
      #expect(DataSetValidator.findings(in: dataSet).count <= DataSetValidator.maximumFindings)
    }
  }
}

@Suite("A table of the standard")
struct StandardTableTests {
  @Test("has the actions of the confidentiality profile, repeating groups and private attributes included")
  func confidentiality() {
    #expect(ConfidentialityProfile.count > 600)
    #expect(ConfidentialityProfile.entry(.patientName)?.basic.rawValue == "Z")
    let sopInstance = ConfidentialityProfile.entry(.sopInstanceUID)
    #expect(sopInstance?.basic.rawValue == "U" && sopInstance?.options[.retainUIDs]?.rawValue == "K")
    #expect(ConfidentialityProfile.entry(.studyDate)?.options[.retainLongitudinalFullDates]?.rawValue == "K")
    #expect(ConfidentialityProfile.entry(Tag(0x6002, 0x3000))?.basic.rawValue == "X")
    #expect(ConfidentialityProfile.entry(Tag(0x5004, 0x0110))?.basic.rawValue == "X")
    #expect(ConfidentialityProfile.entry(Tag(0x0009, 0x1001))?.options[.retainSafePrivate]?.rawValue == "C")
    #expect(ConfidentialityProfile.entry(.rows) == nil)
  }

  @Test("has context groups")
  func contextGroups() {
    #expect(ContextGroup.group(7010)?.contains(value: "113000", scheme: "DCM") == true)
    #expect(ContextGroup.group(244)?.codes.contains { $0.meaning == "Left" } == true)
    #expect(ContextGroup.group(29)?.contains(value: "CT", scheme: "DCM") == true)
    #expect(ContextGroup.group(1) == nil)
  }
}
