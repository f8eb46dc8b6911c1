import Crypto
import NIOCore

/// Writes instances as plain files, so that nobody is locked in.
///
/// A run that was cut off goes on where it was: a file of the right length and digest is left as it is. A file has its
/// name only when it is whole.
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
      var progress = ExportProgress(
        instances: instances.count, bytes: instances.reduce(0) { $0 &+ $1.length })
      for instance in instances {
        try Task.checkCancellation()
        try await export(instance, &summary)
        progress.instancesDone += 1
        progress.bytesDone &+= instance.length
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
      if let digest = instance.digest, ExportedFile.exists(path, length: instance.length, digest: digest) { return nil }
      return try ExportedFile(path: path)
    }
    guard let file else {
      summary.alreadyThere += 1
      return
    }
    do {
      try await write(instance, to: file)
      try await Blocking.run { try file.keep() }
      summary.written += 1
      summary.bytes &+= instance.length
    } catch {
      file.discard()
      // The target's trouble is everybody's; an instance that cannot be had is only its own.
      if Task.isCancelled || error is SystemError || error is CancellationError { throw error }
      summary.fail(instance, "\(error)")
    }
  }

  private func write(_ instance: ExportedInstance, to file: ExportedFile) async throws {
    var length: UInt64 = 0
    var hash = SHA256()
    for try await piece in try await provider.bytes(of: instance) {
      try Task.checkCancellation()
      piece.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
      length &+= UInt64(piece.readableBytes)
      try await Blocking.run { try file.append(piece) }
    }
    guard length == instance.length else {
      throw ExportError(detail: "\(length) bytes came instead of \(instance.length)")
    }
    if let digest = instance.digest, Array(hash.finalize()) != digest {
      throw ExportError(detail: "the bytes that came have another digest")
    }
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
  var bytes: UInt64
  var instancesDone = 0
  var bytesDone: UInt64 = 0
}
