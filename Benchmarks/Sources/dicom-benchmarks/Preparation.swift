import DICOM
import DICOMPixels
import Foundation

/// What is made before anything is measured.
enum Preparation {
  /// `transcode SYNTAX FOLDER FILE…`: the files in another transfer syntax, into the folder.
  static func transcode(_ arguments: [String]) async throws {
    guard arguments.count > 2 else { throw Missing.values }
    let syntax = TransferSyntax(uid: UID(rawValue: arguments[0]))
    for path in arguments.dropFirst(2) {
      let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let outcome = try await Transcoder(codecs: InProcessCodecs()).transcode(file, to: syntax)
      let target = URL(fileURLWithPath: arguments[1]).appendingPathComponent(
        URL(fileURLWithPath: path).lastPathComponent)
      try Data(outcome.file).write(to: target)
    }
  }
}
