import ArchiveCore
import DICOM
import NIOCore

/// Writes instances as a file-set with DICOMDIR (PS3.10 §8): into a folder, or as one ZIP archive.
struct FileSetExporter<Provider: ObjectProvider>: Sendable {
  /// The folder of the instances, below that of the DICOMDIR.
  private static var arriving: String { "IMAGES/ARRIVING" }

  let provider: Provider
  /// SOP Instance UID of the DICOMDIR.
  let directory: UID

  init(from provider: Provider, directory: UID) {
    self.provider = provider
    self.directory = directory
  }

  /// - Parameters:
  ///   - path: the archive; it has its name only when it is whole.
  ///   - report: hears of each instance as it is done.
  func write(zip path: String, report: (ExportProgress) -> Void = { _ in }) async -> ExportSummary {
    var summary = ExportSummary()
    do {
      let file = try await Blocking.run { try ExportedFile(path: path) }
      do {
        var files = ZIPFileSet(instance: directory)
        let instances = try await provider.instances()
        var progress = ExportProgress(instances: instances.count)
        for instance in instances {
          try Task.checkCancellation()
          if let begun = try await begin(instance, in: &files, &summary) {
            summary.bytes &+= try await write(begun, of: instance, to: file)
            summary.written += 1
          }
          progress.isDone(summary)
          report(progress)
        }
        for piece in try files.end() { try await Blocking.run { try file.append(piece) } }
        try await Blocking.run { try file.keep() }
      } catch {
        file.discard()
        throw error
      }
    } catch {
      summary.end(error)
    }
    return summary
  }

  /// What cannot be read is left away.
  private func begin(
    _ instance: ExportedInstance, in files: inout ZIPFileSet, _ summary: inout ExportSummary
  ) async throws -> ZIPFileSet.Begun? {
    do {
      return try await files.begin(try await provider.bytes(of: instance))
    } catch {
      if Task.isCancelled || error is CancellationError { throw error }
      summary.fail(instance, "\(error)")
      return nil
    }
  }

  /// - Returns: how many bytes the instance has.
  private func write(
    _ begun: ZIPFileSet.Begun, of instance: ExportedInstance, to file: ExportedFile
  ) async throws -> UInt64 {
    var length: UInt64 = 0
    try await Blocking.run { try file.append(begun.head) }
    if let held = begun.held {
      for piece in held {
        length &+= UInt64(piece.readableBytes)
        try await Blocking.run { try file.append(piece) }
      }
      return length
    }
    var reading = begun.secondReading
    for try await piece in try await provider.bytes(of: instance) {
      try reading.take(piece)
      length &+= UInt64(piece.readableBytes)
      try await Blocking.run { try file.append(piece) }
    }
    try reading.end()
    return length
  }

  /// - Parameter folder: made when it is not there; files of the same names are written anew.
  func write(folder: String, report: (ExportProgress) -> Void = { _ in }) async -> ExportSummary {
    var summary = ExportSummary()
    var files = MediaDirectory(instance: directory)
    do {
      try await Blocking.run {
        try ExportedFile.makeFolder(folder)
        _ = try ExportedFile.makeFolders(["IMAGES"], in: folder)
      }
      let instances = try await provider.instances()
      var progress = ExportProgress(instances: instances.count)
      for instance in instances {
        try Task.checkCancellation()
        do {
          summary.bytes &+= try await write(instance, into: folder, &files)
          summary.written += 1
        } catch {
          if Task.isCancelled || error is SystemError || error is CancellationError { throw error }
          summary.fail(instance, "\(error)")
        }
        progress.isDone(summary)
        report(progress)
      }
      let written = try files.encode()
      try await Blocking.run {
        for (name, bytes) in [
          (ZIPFileSet.readmeName, Array(ZIPFileSet.readme.utf8)), (FileID.directory.path, written),
        ] {
          let file = try ExportedFile(path: "\(folder)/\(name)")
          try file.append(ByteBuffer(bytes: bytes))
          try file.keep()
        }
      }
    } catch {
      summary.end(error)
    }
    return summary
  }

  /// An instance gets its name when its header has been read.
  ///
  /// - Returns: how many bytes it has.
  private func write(
    _ instance: ExportedInstance, into folder: String, _ files: inout MediaDirectory
  ) async throws -> UInt64 {
    let file = try await Blocking.run { try ExportedFile(path: "\(folder)/\(Self.arriving)") }
    do {
      var reader = HeaderReader()
      var length: UInt64 = 0
      for try await piece in try await provider.bytes(of: instance) {
        try Task.checkCancellation()
        try piece.withUnsafeReadableBytes { (bytes) throws(DICOMError) in try reader.consume(bytes) }
        length &+= UInt64(piece.readableBytes)
        try await Blocking.run { try file.append(piece) }
      }
      let name = try files.add(try reader.finish())
      try await Blocking.run {
        _ = try ExportedFile.makeFolders(name.components.dropLast(), in: folder)
        try file.keep(as: "\(folder)/\(name.path)")
      }
      return length
    } catch {
      file.discard()
      throw error
    }
  }
}

extension ExportProgress {
  fileprivate mutating func isDone(_ summary: ExportSummary) {
    instancesDone += 1
    bytesWritten = summary.bytes
  }
}

extension ExportSummary {
  fileprivate mutating func end(_ error: any Error) {
    ending = Task.isCancelled || error is CancellationError ? .interrupted : .failed("\(error)")
  }
}
