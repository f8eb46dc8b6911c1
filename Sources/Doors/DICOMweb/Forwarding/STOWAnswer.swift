import ArchiveCore
import DICOM
import Workflow

/// What a DICOMweb service says of the instances of a store request (PS3.18 §10.5.3.2, Table I.1-1).
struct STOWAnswer: Sendable {
  private var results: [String: SendResult] = [:]

  /// - Parameter bytes: an object of DICOM JSON; some services put it into a list. `nil` for anything else.
  init?(json bytes: [UInt8]) {
    guard let answers = try? DICOMJSON.decodeArray(bytes), let answer = answers.first else { return nil }
    for item in answer.items(.referencedSOPSequence) {
      guard let instance = item.string(.referencedSOPInstanceUID) else { continue }
      let warning = item.int(.warningReason).map { "warning reason \(Self.hex($0))" }
      results[instance] = .sent(remark: warning)
    }
    for item in answer.items(.failedSOPSequence) {
      guard let instance = item.string(.referencedSOPInstanceUID) else { continue }
      results[instance] = Self.result(ofFailure: item.int(.failureReason) ?? 0x0110)
    }
  }

  /// `nil` for an instance that the answer does not speak of.
  func result(of instance: InstanceUID) -> SendResult? { results[instance.value] }

  /// What a Failure Reason (0008,1197) means for the queue: a full or busy receiver may take it later.
  static func result(ofFailure reason: Int) -> SendResult {
    let text = "failure reason \(hex(reason))"
    return switch reason {
    case 0x0111: .sent(remark: text)
    case 0x0110, 0x0124, 0xA700...0xA7FF: .deferred(reason: text)
    default: .refused(reason: text)
    }
  }

  private static func hex(_ number: Int) -> String {
    let digits = String(number & 0xFFFF, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
