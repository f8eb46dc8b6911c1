import DICOM
import DICOMweb
import HTTPTypes
import Testing

@Suite("A store request")
struct StoreContentTests {
  @Test(
    "is a multipart of instances, quoted or not",
    arguments: [
      #"multipart/related; type="application/dicom"; boundary="b 1""#,
      #"multipart/related; type=application/dicom; boundary="b 1""#,
      #"Multipart/Related;boundary="b 1";TYPE=Application/DICOM"#,
      #"multipart/related; boundary="b 1"; start="<x>""#,
    ])
  func readsMultipart(_ contentType: String) throws {
    #expect(try StoreContent(contentType: contentType) == .multipart(boundary: "b 1"))
  }

  @Test("may be an instance by itself")
  func readsSingle() throws {
    #expect(try StoreContent(contentType: "application/dicom; transfer-syntax=*") == .single)
  }

  @Test(
    "of another kind is refused",
    arguments: [
      (nil, .unsupportedMediaType), ("application/json", .unsupportedMediaType), ("text", .badRequest),
      (#"multipart/related; type="application/dicom+json"; boundary=b"#, .unsupportedMediaType),
      (#"multipart/related; type="application/dicom""#, .badRequest),
      ("multipart/form-data; boundary=b", .unsupportedMediaType),
      (#"multipart/related; type="application/dicom"; boundary="""#, .badRequest),
    ] as [(String?, DICOMwebError.Code)])
  func refuses(_ contentType: String?, _ code: DICOMwebError.Code) {
    let error = #expect(throws: DICOMwebError.self) { try StoreContent(contentType: contentType) }
    #expect(error?.code == code)
  }
}

@Suite("A store response")
struct StoreResponseTests {
  private let stored = StoreResponse.Stored(sopClass: "1.2.3", instance: "1.1", retrieveURL: "/i/1.1")
  private let conflict = StoreResponse.Stored(
    sopClass: "1.2.3", instance: "1.1", retrieveURL: nil, warning: .conflictingContent)
  private let failed = StoreResponse.Failed(sopClass: "1.2.3", instance: "1.2", reason: .cannotUnderstand)

  private func response(_ stored: [StoreResponse.Stored], _ failed: [StoreResponse.Failed]) -> StoreResponse {
    var response = StoreResponse()
    response.stored = stored
    response.failed = failed
    return response
  }

  @Test("has the status that its instances add up to")
  func hasStatus() {
    #expect(response([stored], []).status.code == 200)
    #expect(response([stored, conflict], []).status.code == 202)
    #expect(response([stored], [failed]).status.code == 202)
    #expect(response([], [failed]).status.code == 409)
    #expect(response([], [StoreResponse.Failed(reason: .outOfResources)]).status.code == 507)
  }

  @Test("lists stored, failed and unknown objects apart")
  func listsInstances() throws {
    var response = response([stored, conflict], [failed, StoreResponse.Failed(reason: .cannotUnderstand)])
    response.studyURL = "/s"
    let dataSet = response.dataSet
    #expect(dataSet.string(.retrieveURL) == "/s")
    #expect(dataSet.items(.referencedSOPSequence).map { $0.string(.referencedSOPInstanceUID) } == ["1.1", "1.1"])
    #expect(dataSet.items(.referencedSOPSequence).map { $0.int(.warningReason) } == [nil, 0xB00E])
    #expect(dataSet.items(.referencedSOPSequence).map { $0.string(.retrieveURL) } == ["/i/1.1", nil])
    #expect(dataSet.items(.failedSOPSequence).map { $0.int(.failureReason) } == [0xC000])
    #expect(dataSet.items(.otherFailuresSequence).map { $0.int(.failureReason) } == [0xC000])
    #expect(!self.response([stored], []).dataSet.contains(.failedSOPSequence))
  }
}
