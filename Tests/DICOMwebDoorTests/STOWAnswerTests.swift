import ArchiveCore
import DICOM
import DICOMweb
import Testing
import Workflow

@testable import Doors

@Suite("The answer to a store request of ours")
struct STOWAnswerTests {
  @Test("is read as what it says of each instance, and as nothing of the others")
  func each() throws {
    var response = StoreResponse()
    response.stored = [
      StoreResponse.Stored(sopClass: "1.2", instance: "1.1", retrieveURL: nil),
      StoreResponse.Stored(sopClass: "1.2", instance: "1.2", retrieveURL: nil, warning: .coercion),
    ]
    response.failed = [
      StoreResponse.Failed(sopClass: "1.2", instance: "1.3", reason: .outOfResources),
      StoreResponse.Failed(sopClass: "1.2", instance: "1.4", reason: .cannotUnderstand),
      StoreResponse.Failed(reason: .notAuthorized),
    ]
    let answer = try #require(STOWAnswer(json: DICOMJSON.encode(response.dataSet)))
    let expected: [String: SendResult] = [
      "1.1": .sent(remark: nil), "1.2": .sent(remark: "warning reason B000"),
      "1.3": .deferred(reason: "failure reason A700"), "1.4": .refused(reason: "failure reason C000"),
    ]
    for (uid, result) in expected {
      let instance = try #require(InstanceUID(uid))
      #expect(answer.result(of: instance) == result)
    }
    let other = try #require(InstanceUID("1.5"))
    #expect(answer.result(of: other) == nil)
  }

  @Test("is none when it is not DICOM JSON", arguments: ["", "<html>", "{", "[]", "null"])
  func none(text: String) {
    #expect(STOWAnswer(json: Array(text.utf8)) == nil)
  }
}
