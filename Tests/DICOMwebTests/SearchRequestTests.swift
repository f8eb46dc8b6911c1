import DICOM
import DICOMweb
import Testing

@Suite("A search request")
struct SearchRequestTests {
  private func request(_ query: String) throws -> SearchRequest {
    try SearchRequest(try QueryParameter.parse(query))
  }

  @Test("of OHIF's study list is understood without a warning")
  func readsStudyList() throws {
    let read = try request(
      "limit=101&offset=0&fuzzymatching=false&includefield=00081030%2C00080060%2C00080090%2C00100030")
    #expect(read.limit == 101)
    #expect(read.offset == 0)
    #expect(
      read.includes.map(\.attribute) == [
        .studyDescription, .modality, .referringPhysicianName, .patientBirthDate,
      ])
    #expect(read.matches.isEmpty)
    #expect(read.warnings.isEmpty)
  }

  @Test("of OHIF's filters is understood")
  func readsFilters() throws {
    let read = try request(
      "PatientName=*x*&00100020=*y*&ModalitiesInStudy=CT%2CMR&StudyDate=20200101-20201231&StudyInstanceUID=1.2,1.3")
    #expect(
      read.matches.map(\.path.attribute) == [
        .patientName, .patientID, .modalitiesInStudy, .studyDate, .studyInstanceUID,
      ])
    #expect(read.matches.map(\.values) == [["*x*"], ["*y*"], ["CT", "MR"], ["20200101-20201231"], ["1.2", "1.3"]])
    #expect(read.matches.map(\.vr) == [.pn, .lo, .cs, .da, .ui])
  }

  @Test(
    "keeps every character of a value",
    arguments: [
      ("00100020=A%2FB", "A/B"), ("00100020=A/B", "A/B"), ("00100020=12%2F34%2F56", "12/34/56"),
      ("00100020=A%2BB", "A+B"), ("00100020=A+B", "A B"), ("00100020=A%20B", "A B"), ("00100020=a=b", "a=b"),
      ("00100020=50%25", "50%"), ("00100020=a%26b", "a&b"), ("00100020=a%3Bb;c", "a;b;c"), ("00100020=x%23y", "x#y"),
      ("00100020=M%C3%BCller", "Müller"), ("00100020=%E5%B1%B1%E7%94%B0", "山田"), ("00100020=a%5Cb", "a\\b"),
      ("00100020=(c)%22q%22", "(c)\"q\""), ("00100020=A,B", "A,B"), ("00100020=%20lead", " lead"),
      ("PatientName=M%C3%BCller%5EJ%C3%B6rg", "Müller^Jörg"), ("StudyTime=0800-1200", "0800-1200"),
      ("00080050=%E2%80%8B", "\u{200B}"),
    ])
  func decodes(_ query: String, _ value: String) throws {
    #expect(try request(query).matches.map(\.values) == [[value]])
  }

  @Test(
    "with escapes that are none is refused",
    arguments: ["00100020=%", "00100020=%4", "00100020=%zz", "00100020=%FF", "%FF=1", "00100020=%00", "00100020=%C3"])
  func refusesEscapes(_ query: String) {
    let error = #expect(throws: DICOMwebError.self) { try request(query) }
    #expect(error?.code == .badRequest)
  }

  @Test(
    "names attributes by tag, keyword and path",
    arguments: [
      ("PatientName", [DICOM.Tag.patientName]), ("00100010", [.patientName]), ("0020000d", [.studyInstanceUID]),
      ("RequestAttributesSequence.ScheduledProcedureStepID", [.requestAttributesSequence, .scheduledProcedureStepID]),
      ("00400275.00400009", [.requestAttributesSequence, .scheduledProcedureStepID]),
      ("00400275.ScheduledProcedureStepID", [.requestAttributesSequence, .scheduledProcedureStepID]),
    ])
  func readsPaths(_ name: String, _ tags: [DICOM.Tag]) throws {
    let read = try request("\(name)=1")
    #expect(read.matches.map(\.path.tags) == [tags])
  }

  @Test(
    "ignores what it does not know, and says so without repeating values",
    arguments: ["PatientNme=Doe", "orderby=StudyDate", "0010001=Doe", "%3Cscript%3E=Doe", "includefield=Nonsense"])
  func warns(_ query: String) throws {
    let read = try request(query)
    #expect(read.matches.isEmpty)
    #expect(read.warnings.count == 1)
    #expect(read.warnings.allSatisfy { !$0.contains("Doe") && !$0.contains("<") })
  }

  @Test(
    "with impossible values is refused, naming the parameter",
    arguments: [
      ("limit=-1", "limit"), ("limit=x", "limit"), ("limit=", "limit"), ("limit=99999999999999999999", "limit"),
      ("offset=-5", "offset"), ("offset=1.5", "offset"), ("fuzzymatching=maybe", "fuzzymatching"),
      ("PatientName.PatientID=1", "PatientName.PatientID"),
      ("RequestAttributesSequence.Nothing=1", "RequestAttributesSequence"),
      ("PatientID=1&00100020=2", "00100020"), ("includefield=PatientName.PatientID", "PatientName.PatientID"),
    ])
  func refuses(_ query: String, _ name: String) {
    let error = #expect(throws: DICOMwebError.self) { try request(query) }
    #expect(error?.code == .badRequest)
    #expect(error?.message.contains(name) == true)
  }

  @Test("asks for names that sound alike when it was told so")
  func readsFuzzyMatching() throws {
    let fuzzy = try request("fuzzymatching=true&PatientName=Doe")
    #expect(fuzzy.fuzzyMatching)
    #expect(fuzzy.warnings.isEmpty)
    #expect(try request("fuzzymatching=False").fuzzyMatching == false)
  }

  @Test("joins repeated lists and takes a repeated value once")
  func mergesRepetitions() throws {
    let read = try request(
      "StudyInstanceUID=1.2&StudyInstanceUID=1.3&PatientID=1&PatientID=1&ModalitiesInStudy=CT&ModalitiesInStudy=MR")
    #expect(read.matches.map(\.values) == [["1.2", "1.3"], ["1"], ["CT", "MR"]])
  }

  @Test("with an empty value matches anything")
  func readsUniversalMatching() throws {
    #expect(try request("PatientName=&StudyInstanceUID").matches.map(\.values) == [[], []])
  }

  @Test("may include everything")
  func includesAll() throws {
    #expect(try request("includefield=all").includesAll)
    #expect(SearchResource(.study).returnAttributes(try request("includefield=ALL")) == nil)
  }

  @Test("beyond its bounds is refused")
  func isBounded() {
    let many = (0..<600).map { "x\($0)=1" }.joined(separator: "&")
    #expect(throws: DICOMwebError.self) { try QueryParameter.parse(many) }
    #expect(throws: DICOMwebError.self) { try QueryParameter.parse("x=" + String(repeating: "y", count: 70_000)) }
    #expect(throws: DICOMwebError.self) {
      try request("includefield=" + Array(repeating: "00100010", count: 600).joined(separator: ","))
    }
  }
}

@Suite("A search result")
struct SearchResourceTests {
  @Test("of a study holds what a study list needs unasked")
  func showsStudyList() throws {
    let shown = try #require(SearchResource(.study).returnAttributes(SearchRequest()))
    #expect(
      shown.isSuperset(of: [
        .studyInstanceUID, .studyDate, .studyTime, .accessionNumber, .patientName, .patientID, .patientBirthDate,
        .modalitiesInStudy, .numberOfStudyRelatedInstances, .numberOfStudyRelatedSeries, .referringPhysicianName,
        .retrieveURL,
      ]))
    #expect(!shown.contains(.studyDescription))
  }

  @Test("of a series holds the study's attributes only when the path named no study")
  func showsParents() throws {
    let within = try #require(SearchResource(.series, within: .study).returnAttributes(SearchRequest()))
    let all = try #require(SearchResource(.series).returnAttributes(SearchRequest()))
    #expect(!within.contains(.patientName))
    #expect(all.contains(.patientName))
    #expect(within.isSuperset(of: [.modality, .seriesNumber, .seriesInstanceUID, .studyInstanceUID]))
  }

  @Test("of an instance holds the series' attributes only when the path named no series")
  func showsSeriesOfInstances() throws {
    let within = try #require(SearchResource(.instance, within: .series).returnAttributes(SearchRequest()))
    let ofStudy = try #require(SearchResource(.instance, within: .study).returnAttributes(SearchRequest()))
    #expect(!within.contains(.modality))
    #expect(ofStudy.contains(.modality))
    #expect(within.isSuperset(of: [.sopInstanceUID, .sopClassUID, .instanceNumber, .rows, .numberOfFrames]))
  }
}
