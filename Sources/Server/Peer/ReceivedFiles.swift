import DICOM
import DIMSE
import Foundation
import NIOCore

/// Instances that arrive by C-STORE, each becoming a Part 10 file under its SOP Instance UID.
struct ReceivedFiles: Sendable {
  private let folder: URL

  /// - Throws: `CommandFailure` when the folder cannot be made.
  init(folder: String) throws {
    self.folder = URL(fileURLWithPath: folder, isDirectory: true)
    do {
      try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure("\(folder) cannot be made")
    }
  }

  /// Writes one instance beside its place and moves it there when it is whole.
  func take(_ request: DIMSERequest, from title: String) async throws -> DIMSEStatus {
    guard case .cStore(let command) = request.command else { return .unrecognizedOperation }
    // The name is the peer's word: nothing but digits and dots may lead anywhere.
    guard command.sopInstance.isValid else { return .invalidAttributeValue }
    let name = "\(command.sopInstance.rawValue).dcm"
    let part = folder.appendingPathComponent(".\(name).part")
    guard FileManager.default.createFile(atPath: part.path, contents: nil),
      let file = try? FileHandle(forWritingTo: part)
    else { return .outOfResources }
    do {
      let prefix = FileMeta.encode(
        sopClass: command.sopClass, sopInstance: command.sopInstance,
        transferSyntax: request.presentationContext.transferSyntax, sourceApplicationEntityTitle: title)
      try file.write(contentsOf: prefix)
      for try await piece in request.dataSet { try file.write(contentsOf: Data(piece.readableBytesView)) }
      try file.close()
      guard rename(part.path, folder.appendingPathComponent(name).path) == 0 else { return .outOfResources }
      return .success
    } catch {
      try? file.close()
      try? FileManager.default.removeItem(at: part)
      if error is AssociationError || error is CancellationError { throw error }
      return .outOfResources
    }
  }
}
