import DICOM
import Doors
import HTTPTypes
import HummingbirdTesting
import Testing

@Suite("QIDO-RS")
struct SearchServiceTests {
  /// Three studies of two people; the first has a CT and an MR series.
  static let specimens = [
    Specimen(study: "1.1", series: "1.1.1", instance: "1.1.1.1", number: 1),
    Specimen(study: "1.1", series: "1.1.1", instance: "1.1.1.2", number: 2),
    Specimen(study: "1.1", series: "1.1.2", instance: "1.1.2.1", modality: "MR"),
    Specimen(study: "1.2", series: "1.2.1", instance: "1.2.1.1", patientID: "C7", patientName: "Doe^Jane"),
    Specimen(
      study: "1.3", series: "1.3.1", instance: "1.3.1.1", patientID: "C7", patientName: "Doe^Jane", modality: "US"),
  ]

  private func open(
    _ configuration: DICOMwebConfiguration = .init(), _ body: @Sendable (Hospital) async throws -> Void
  ) async throws {
    try await Hospital.open(configuration) { hospital in
      #expect(try await hospital.store(Self.specimens.map { try $0.file }).status == .ok)
      try await body(hospital)
    }
  }

  @Test("goes on with the next page where the last one ended, whatever has arrived before it")
  func continues() async throws {
    try await Hospital.open { hospital async throws -> Void in
      func specimen(_ number: Int, _ date: String) -> Specimen {
        Specimen(
          study: "1.4.\(number)", series: "1.4.\(number).1", instance: "1.4.\(number).1.1",
          more: { $0.set(.studyDate, .da, date) })
      }
      let old = (1...9).map { specimen($0, "2024010\($0)") }
      #expect(try await hospital.store(old.map { try $0.file }).status == .ok)
      func page(_ query: String, who: String = "administrator") async throws -> [String] {
        let response = try await hospital.get("studies?\(query)", [.who: who])
        return response.status == .noContent ? [] : try response.rows.compactMap { $0.string(.studyInstanceUID) }
      }
      #expect(try await page("limit=4") == [9, 8, 7, 6].map { "1.4.\($0)" })
      #expect(
        try await hospital.store([try specimen(10, "20240110").file, try specimen(11, "20240111").file]).status == .ok)
      // Whoever begins in the middle counts from the beginning, somebody else's leafing or not.
      #expect(try await page("limit=4&offset=4", who: "radiologist@main") == [7, 6, 5, 4].map { "1.4.\($0)" })
      #expect(try await page("limit=4&offset=3") == [8, 7, 6, 5].map { "1.4.\($0)" })
      #expect(try await page("limit=3&offset=4") == [5, 4, 3].map { "1.4.\($0)" })
      #expect(try await page("limit=3&offset=7") == [2, 1].map { "1.4.\($0)" })
      // And whoever begins again sees what is new, on the next page too.
      #expect(try await page("limit=4&offset=0") == [11, 10, 9, 8].map { "1.4.\($0)" })
      #expect(try await page("limit=4&offset=4") == [7, 6, 5, 4].map { "1.4.\($0)" })
      #expect(try await page("limit=4&offset=4&StudyDate=20240101-20240109") == [5, 4, 3, 2].map { "1.4.\($0)" })
    }
  }

  private func studies(_ hospital: Hospital, _ query: String) async throws -> Set<String> {
    let response = try await hospital.get("studies?\(query)")
    if response.status == .noContent { return [] }
    #expect(response.status == .ok, "\(query)")
    return Set(try response.rows.compactMap { $0.string(.studyInstanceUID) })
  }

  @Test("answers OHIF's study list with everything a row shows")
  func answersStudyList() async throws {
    try await open { hospital in
      let response = try await hospital.get(
        "studies?limit=101&offset=0&fuzzymatching=false&includefield=00081030%2C00080060%2C00080090%2C00100030",
        accept: "application/dicom+json")
      #expect(response.status == .ok)
      #expect(response.contentType == "application/dicom+json")
      #expect(response.warnings.isEmpty)
      #expect(response.headers[.cacheControl] == "private")
      let rows = try response.rows
      #expect(rows.count == 3)
      let row = try #require(rows.first { $0.string(.studyInstanceUID) == "1.1" })
      #expect(row.string(.studyDate) == "20240229")
      #expect(row.string(.studyTime) == "101500")
      #expect(row.string(.accessionNumber) == "ACC-1")
      #expect(row.string(.patientName) == "Müller^Jörg")
      #expect(row.string(.patientID) == "A/B 1")
      #expect(row.string(.patientBirthDate) == "19700101")
      #expect(row.string(.studyDescription) == "Thorax")
      #expect(row.string(.referringPhysicianName) == "Ref^Doc")
      #expect(Set(row.strings(.modalitiesInStudy)) == ["CT", "MR"])
      #expect(row.int(.numberOfStudyRelatedInstances) == 3)
      #expect(row.int(.numberOfStudyRelatedSeries) == 2)
      #expect(row.string(.retrieveURL) == "http://localhost/dicom-web/studies/1.1")
      #expect(response.text.contains(#""00080005":{"vr":"CS","Value":["ISO_IR 192"]}"#))
    }
  }

  @Test("shows what was asked for, and all for all")
  func showsIncludedFields() async throws {
    try await open { hospital in
      let plain = try #require(try await hospital.get("studies?StudyInstanceUID=1.1").rows.first)
      #expect(!plain.contains(.studyDescription))
      let all = try #require(try await hospital.get("studies?StudyInstanceUID=1.1&includefield=all").rows.first)
      #expect(all.contains(.studyDescription))
      let matched = try #require(try await hospital.get("studies?StudyDescription=Thorax").rows.first)
      #expect(matched.contains(.studyDescription))
    }
  }

  @Test(
    "matches as the filters of clients ask",
    arguments: [
      ("PatientName=*M%C3%BCll*", ["1.1"]), ("PatientName=doe*", ["1.2", "1.3"]), ("00100020=*C7*", ["1.2", "1.3"]),
      ("00100020=A%2FB+1", ["1.1"]), ("00100020=A%2FB%201", ["1.1"]), ("PatientID=A/B%201", ["1.1"]),
      ("ModalitiesInStudy=US%2CMR", ["1.1", "1.3"]), ("ModalitiesInStudy=MR", ["1.1"]), ("Modality=US", ["1.3"]),
      ("StudyDate=20240101-20241231", ["1.1", "1.2", "1.3"]), ("StudyDate=-20200101", []),
      ("StudyDate=20240229", ["1.1", "1.2", "1.3"]), ("StudyInstanceUID=1.1,1.3", ["1.1", "1.3"]),
      ("StudyInstanceUID=1.1%5C1.2", ["1.1", "1.2"]), ("AccessionNumber=*CC*", ["1.1", "1.2", "1.3"]),
      ("AccessionNumber=none", []), ("PatientName=", ["1.1", "1.2", "1.3"]), ("PatientName=*", ["1.1", "1.2", "1.3"]),
      ("PatientName=doe*&ModalitiesInStudy=US", ["1.3"]),
    ])
  func matches(_ query: String, _ expected: [String]) async throws {
    try await open { hospital in
      let found = try await studies(hospital, query)
      #expect(found == Set(expected))
    }
  }

  @Test("finds series of a study as OHIF asks, with their UIDs")
  func findsSeries() async throws {
    try await open { hospital in
      let response = try await hospital.get("studies/1.1/series?includefield=0008103E%2C00080021")
      let rows = try response.rows
      #expect(Set(rows.compactMap { $0.string(.seriesInstanceUID) }) == ["1.1.1", "1.1.2"])
      let row = try #require(rows.first { $0.string(.seriesInstanceUID) == "1.1.1" })
      #expect(row.string(.studyInstanceUID) == "1.1")
      #expect(row.string(.modality) == "CT")
      #expect(row.int(.seriesNumber) == 3)
      #expect(row.int(.numberOfSeriesRelatedInstances) == 2)
      #expect(row.string(.seriesDescription) == "axial")
      #expect(!row.contains(.patientName))
      let one = try await hospital.get("studies/1.1/series?SeriesInstanceUID=1.1.2").rows
      #expect(one.compactMap { $0.string(.seriesInstanceUID) } == ["1.1.2"])
      #expect(try await hospital.get("studies/1.1/series?SeriesInstanceUID=1.3.1").status == .noContent)
    }
  }

  @Test("searches across levels, with the attributes of the levels above")
  func searchesRelationally() async throws {
    try await open { hospital in
      let series = try await hospital.get("series?Modality=US").rows
      #expect(series.compactMap { $0.string(.seriesInstanceUID) } == ["1.3.1"])
      #expect(series.first?.string(.patientName) == "Doe^Jane")
      let instances = try await hospital.get("instances?PatientID=A%2FB%201").rows
      #expect(instances.count == 3)
      #expect(instances.first?.string(.modality) != nil)
      #expect(try await hospital.get("studies/1.1/instances").rows.count == 3)
      let within = try await hospital.get("studies/1.1/series/1.1.1/instances?InstanceNumber=2").rows
      #expect(within.map { $0.string(.sopInstanceUID) } == ["1.1.1.2"])
      #expect(within.first?.int(.rows) == Specimen.rows)
      #expect(
        within.first?.string(.retrieveURL)
          == "http://localhost/dicom-web/studies/1.1/series/1.1.1/instances/1.1.1.2")
    }
  }

  @Test("matches within sequences, by tag and by keyword")
  func matchesSequences() async throws {
    try await open { hospital in
      let byTag = try await hospital.get("series?00400275.00400009=STEP-9").rows
      #expect(byTag.count == 4)
      let byKeyword = "RequestAttributesSequence.ScheduledProcedureStepID"
      #expect(try await hospital.get("series?\(byKeyword)=STEP-*").rows.count == 4)
      #expect(try await hospital.get("series?\(byKeyword)=other").status == .noContent)
    }
  }

  @Test("pages, and says when there is more")
  func pages() async throws {
    try await open { hospital in
      let first = try await hospital.get("studies?limit=2")
      #expect(try first.rows.count == 2)
      #expect(first.warnings.contains { $0.hasPrefix("299 http://localhost/dicom-web: ") })
      let second = try await hospital.get("studies?limit=2&offset=2")
      #expect(try second.rows.count == 1)
      #expect(second.warnings.isEmpty)
      let both = Set(
        try first.rows.map { $0.string(.studyInstanceUID) } + second.rows.map { $0.string(.studyInstanceUID) })
      #expect(both.count == 3)
      #expect(try await hospital.get("studies?offset=3").status == .noContent)
    }
    var configuration = DICOMwebConfiguration()
    configuration.maximumResults = 1
    try await open(configuration) { hospital in
      let capped = try await hospital.get("studies?limit=100")
      #expect(try capped.rows.count == 1)
      #expect(!capped.warnings.isEmpty)
    }
  }

  @Test("warns of what it ignored, and refuses what cannot be")
  func warnsAndRefuses() async throws {
    try await open { hospital in
      let unknown = try await hospital.get("studies?PatientNme=x&fuzzymatching=true")
      #expect(unknown.status == .ok)
      #expect(unknown.warnings.count == 1)
      #expect(try await hospital.get("studies?SliceThickness=1").warnings.count == 1)
      for query in [
        "StudyDate=yesterday", "StudyDate=2024-02-29", "limit=x", "PatientName.PatientID=1", "PatientID=%FF",
      ] {
        let response = try await hospital.get("studies?\(query)")
        #expect(response.status == .badRequest, "\(query)")
        #expect(!response.text.contains("yesterday"))
      }
      #expect(try await hospital.get("studies/no-uid/series").status == .badRequest)
      #expect(try await hospital.get("studies", accept: "application/dicom+xml").status == .notAcceptable)
    }
  }

  @Test("shows nobody what is not theirs")
  func isScoped() async throws {
    try await open { hospital in
      let elsewhere = try await hospital.get("studies", [.who: "radiologist@elsewhere"])
      #expect(elsewhere.status == .noContent)
      #expect(try await hospital.get("studies", [.who: "radiologist@main"]).rows.count == 3)
      #expect(try await hospital.get("studies", [.who: "nobody"]).status == .unauthorized)
      #expect(try await hospital.get("studies", [.who: "auditor"]).status == .forbidden)
    }
  }

  @Test("tells the addresses that a declared proxy gave")
  func followsProxy() async throws {
    var configuration = DICOMwebConfiguration()
    configuration.trustsProxy = true
    try await open(configuration) { hospital in
      let fields: HTTPFields = [.field("X-Forwarded-Proto"): "https", .field("X-Forwarded-Host"): "pacs.example"]
      let row = try await hospital.get("studies?StudyInstanceUID=1.1", fields).rows.first
      #expect(row?.string(.retrieveURL) == "https://pacs.example/dicom-web/studies/1.1")
    }
    configuration.publicRoot = "https://public.example/pacs/"
    try await open(configuration) { hospital in
      let row = try await hospital.get("studies?StudyInstanceUID=1.1").rows.first
      #expect(row?.string(.retrieveURL) == "https://public.example/pacs/studies/1.1")
    }
  }
}
