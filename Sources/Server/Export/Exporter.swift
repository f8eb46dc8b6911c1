import Crypto
import NIOCore

/// Writes instances as plain files, so that nobody is locked in.
///
/// A run that was cut off goes on where it was: a file of the right length and digest, as far as they are known, is left
/// as it is. A file has its name only when it is whole.
struct Exporter<Provider: ObjectProvider>: Sendable {
  let provider: Provider
  /// The folder to export into; made when it is not there, its own folder must be.
  let folder: String

  init(from provider: Provider, to folder: String) {
    self.provider = provider
    self.folder = folder
  }

  /// Exports everything until the end, a failure that concerns all files, or the cancellation of the calling task.
  ///
  /// - Parameter report: hears of each file as it is done.
  func run(report: (ExportProgress) -> Void = { _ in }) async -> ExportSummary {
    var summary = ExportSummary()
    do {
      let folder = folder
      try await Blocking.run { try ExportedFile.makeFolder(folder) }
      let instances = try await provider.instances()
      var progress = ExportProgress(instances: instances.count)
      for instance in instances {
        try Task.checkCancellation()
        try await export(instance, &summary)
        progress.instancesDone += 1
        progress.bytesWritten = summary.bytes
        report(progress)
      }
    } catch {
      let isInterrupted = Task.isCancelled || error is CancellationError
      summary.ending = isInterrupted ? .interrupted : .failed("\(error)")
    }
    return summary
  }

  private func export(_ instance: ExportedInstance, _ summary: inout ExportSummary) async throws {
    guard let folders = ExportLayout.folders(of: instance), let name = ExportLayout.fileName(of: instance) else {
      summary.fail(instance, "its UIDs cannot be file names")
      return
    }
    let root = folder
    let file: ExportedFile? = try await Blocking.run {
      let path = try ExportedFile.makeFolders(folders, in: root) + "/\(name)"
      if ExportedFile.exists(path, length: instance.length, digest: instance.digest) { return nil }
      return try ExportedFile(path: path)
    }
    guard let file else {
      summary.alreadyThere += 1
      return
    }
    do {
      let length = try await write(instance, to: file)
      try await Blocking.run { try file.keep() }
      summary.written += 1
      summary.bytes &+= length
    } catch {
      file.discard()
      // The target's trouble is everybody's; an instance that cannot be had is only its own.
      if Task.isCancelled || error is SystemError || error is CancellationError { throw error }
      summary.fail(instance, "\(error)")
    }
  }

  /// - Returns: how many bytes came.
  private func write(_ instance: ExportedInstance, to file: ExportedFile) async throws -> UInt64 {
    var length: UInt64 = 0
    var hash = SHA256()
    for try await piece in try await provider.bytes(of: instance) {
      try Task.checkCancellation()
      piece.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
      length &+= UInt64(piece.readableBytes)
      try await Blocking.run { try file.append(piece) }
    }
    if let expected = instance.length, length != expected {
      throw ExportError(detail: "\(length) bytes came instead of \(expected)")
    }
    if let digest = instance.digest, Array(hash.finalize()) != digest {
      throw ExportError(detail: "the bytes that came have another digest")
    }
    return length
  }
}

/// What is wrong with an instance that was to be exported.
struct ExportError: Error, Equatable, CustomStringConvertible {
  var detail: String
  var description: String { detail }
}

/// How far an export has come.
struct ExportProgress: Sendable, Equatable {
  var instances: Int
  var instancesDone = 0
  var bytesWritten: UInt64 = 0
}
