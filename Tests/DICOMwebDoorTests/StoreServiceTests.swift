import ArchiveCore
import DICOM
import Doors
import HTTPTypes
import HummingbirdTesting
import Testing

@Suite("STOW-RS")
struct StoreServiceTests {
  @Test("stores every part and says where it is")
  func stores() async throws {
    try await Hospital.open { hospital in
      let files = try (1...3).map { try Specimen(instance: "1.2.3.\($0)", number: $0).file }
      let response = try await hospital.store(files)
      #expect(response.status == .ok)
      // dicomweb-client compares the type as a whole.
      #expect(response.contentType == "application/dicom+json")
      let answer = try response.dataSet
      #expect(answer.string(.retrieveURL) == "http://localhost/dicom-web/studies/1.2.826.0.1.1")
      let items = answer.items(.referencedSOPSequence)
      #expect(items.map { $0.string(.referencedSOPInstanceUID) } == ["1.2.3.1", "1.2.3.2", "1.2.3.3"])
      #expect(items.allSatisfy { $0.string(.referencedSOPClassUID) == Specimen.sopClass })
      #expect(
        items.first?.string(.retrieveURL)
          == "http://localhost/dicom-web/studies/1.2.826.0.1.1/series/1.2.826.0.1.1.1/instances/1.2.3.1")
      #expect(!answer.contains(.failedSOPSequence))
      let back = try await hospital.get(Specimen(instance: "1.2.3.2").path, accept: "application/dicom")
      #expect(back.bytes == files[1])
    }
  }

  @Test("settles long requests as they go")
  func settlesInBatches() async throws {
    var configuration = DICOMwebConfiguration()
    configuration.instancesPerSettlement = 2
    try await Hospital.open(configuration) { hospital in
      let files = try (1...7).map { try Specimen(instance: "1.2.3.\($0)", number: $0).file }
      let response = try await hospital.store(files)
      #expect(response.status == .ok)
      #expect(try response.dataSet.items(.referencedSOPSequence).count == 7)
    }
  }

  @Test("takes the same file again as a success")
  func isIdempotent() async throws {
    try await Hospital.open { hospital in
      let file = try Specimen().file
      #expect(try await hospital.store([file]).status == .ok)
      #expect(try await hospital.store([file]).status == .ok)
      #expect(try await hospital.store([file, file]).status == .ok)
    }
  }

  @Test("keeps another content under a known UID aside, with a warning")
  func quarantines() async throws {
    try await Hospital.open { hospital in
      let first = try Specimen().file
      #expect(try await hospital.store([first]).status == .ok)
      let response = try await hospital.store([try Specimen(description: "another").file])
      #expect(response.status == .accepted)
      let items = try response.dataSet.items(.referencedSOPSequence)
      #expect(items.map { $0.int(.warningReason) } == [0xB00E])
      #expect(try await hospital.get(Specimen().path, accept: "application/dicom").bytes == first)
    }
  }

  @Test("reports failures one by one and stores the rest")
  func reportsFailures() async throws {
    try await Hospital.open { hospital in
      let good = try Specimen(instance: "1.2.3.1").file
      let torn = try Array(Specimen(instance: "1.2.3.2").file.dropLast(10))
      let response = try await hospital.store([torn, good, Array("no DICOM at all".utf8)])
      #expect(response.status == .accepted)
      let answer = try response.dataSet
      #expect(answer.items(.referencedSOPSequence).map { $0.string(.referencedSOPInstanceUID) } == ["1.2.3.1"])
      let failed = answer.items(.failedSOPSequence)
      #expect(failed.map { $0.string(.referencedSOPInstanceUID) } == ["1.2.3.2"])
      #expect(failed.map { $0.int(.failureReason) } == [0xC000])
      #expect(answer.items(.otherFailuresSequence).count == 1)
      #expect(try await hospital.get(Specimen(instance: "1.2.3.2").path).status == .notFound)
    }
  }

  @Test("answers 409 when nothing could be stored")
  func refusesAll() async throws {
    try await Hospital.open { hospital in
      let response = try await hospital.store([Array("no DICOM".utf8)])
      #expect(response.status == .conflict)
      #expect(try response.dataSet.items(.otherFailuresSequence).count == 1)
    }
  }

  @Test("to a study refuses instances of another")
  func checksStudy() async throws {
    try await Hospital.open { hospital in
      let here = Specimen(instance: "1.2.3.1")
      let elsewhere = Specimen(study: "9.9", series: "9.9.1", instance: "9.9.1.1")
      let response = try await hospital.store([try elsewhere.file, try here.file], to: "studies/\(here.study)")
      #expect(response.status == .accepted)
      let failed = try response.dataSet.items(.failedSOPSequence)
      #expect(failed.map { $0.string(.referencedSOPInstanceUID) } == ["9.9.1.1"])
      #expect(failed.map { $0.int(.failureReason) } == [0xA901])
      #expect(try await hospital.get(elsewhere.path).status == .notFound)
      #expect(try await hospital.store([try elsewhere.file], to: "studies/\(here.study)").status == .conflict)
      #expect(try await hospital.store([try here.file], to: "studies/not-a-uid").status == .badRequest)
    }
  }

  @Test("takes one instance without multipart")
  func storesSingle() async throws {
    try await Hospital.open { hospital in
      let file = try Specimen().file
      let response = try await hospital.send(.post, "studies", [.contentType: "application/dicom"], body: file)
      #expect(response.status == .ok)
      #expect(try await hospital.get(Specimen().path, accept: "application/dicom").bytes == file)
    }
  }

  @Test("completes a file whose preamble was left out")
  func completesPreamble() async throws {
    try await Hospital.open { hospital in
      let file = try Specimen().file
      let response = try await hospital.store([Array(file.dropFirst(132))])
      #expect(response.status == .ok)
      #expect(try await hospital.get(Specimen().path, accept: "application/dicom").bytes == file)
    }
  }

  @Test("refuses what it does not take, precisely, and stores nothing")
  func refusesPayloads() async throws {
    try await Hospital.open { hospital in
      let file = try Specimen().file
      let multipart = #"multipart/related; type="application/dicom"; boundary=b"#
      let cases: [(HTTPFields, [UInt8], Int)] = [
        ([.contentType: "application/json"], Array("{}".utf8), 415),
        ([:], file, 415),
        ([.contentType: #"multipart/related; type="application/dicom+json"; boundary=b"#], Array("--b--".utf8), 415),
        ([.contentType: #"multipart/related; type="application/dicom""#], Array("--b--".utf8), 400),
        ([.contentType: multipart], Array("--b--".utf8), 400),
        ([.contentType: multipart], Array("nothing".utf8), 400),
        ([.contentType: multipart], [], 400),
        ([.contentType: multipart], Array("--b\r\nContent-Type: application/dicom\r\n\r\n".utf8) + file, 400),
        (
          [.contentType: multipart, .accept: "application/dicom+xml"],
          Array("--b\r\n\r\n".utf8) + file + Array("\r\n--b--".utf8), 406
        ),
        ([.contentType: multipart, .who: "nobody"], Array("--b--".utf8), 401),
        (
          [.contentType: multipart, .who: "radiologist"], Array("--b\r\n\r\n".utf8) + file + Array("\r\n--b--".utf8),
          403
        ),
      ]
      for (headers, body, status) in cases {
        let response = try await hospital.send(.post, "studies", headers, body: body)
        #expect(response.status.code == status, "\(headers)")
        #expect(response.contentType == "application/problem+json")
      }
      #expect(try await hospital.get("studies").status == .noContent)
    }
  }

  @Test("keeps what arrived whole before a payload breaks off, and says that it broke")
  func keepsWholeParts() async throws {
    try await Hospital.open { hospital in
      let first = try Specimen(instance: "1.2.3.1").file
      let second = try Specimen(instance: "1.2.3.2").file
      let body =
        Array("--b\r\n\r\n".utf8) + first + Array("\r\n--b\r\n\r\n".utf8) + second.dropLast(20)
      let response = try await hospital.send(
        .post, "studies", [.contentType: #"multipart/related; type="application/dicom"; boundary=b"#], body: body)
      #expect(response.status == .accepted)
      let answer = try response.dataSet
      #expect(answer.items(.referencedSOPSequence).map { $0.string(.referencedSOPInstanceUID) } == ["1.2.3.1"])
      #expect(!answer.items(.failedSOPSequence).isEmpty || !answer.items(.otherFailuresSequence).isEmpty)
    }
  }

  @Test("lets a sender send that may see nothing")
  func servesSenders() async throws {
    try await Hospital.open { hospital in
      let response = try await hospital.store([try Specimen().file], [.who: "sender"])
      #expect(response.status == .ok)
      #expect(try await hospital.get("studies", [.who: "sender"]).status == .forbidden)
    }
  }
}
