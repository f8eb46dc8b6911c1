import ArgumentParser
import DIMSE
import Foundation
import Glibc
import Synchronization

/// Recording as arguments.
struct TraceOptions: ParsableArguments {
  /// Commands may need several associations, which go to one file.
  private static let files = Mutex<[String: TraceFile]>([:])

  @Option(name: .long, help: "Record what is said into this new file: commands, and of data sets the lengths.")
  var trace: String?
  @Flag(name: .long, help: "Record data sets as they are, patients and all.")
  var traceContent = false

  func validate() throws {
    guard trace != nil || !traceContent else { throw ValidationError("--trace-content goes with --trace") }
  }

  /// - Throws: `CommandFailure` when the file cannot be made.
  func recorder() throws -> (@Sendable (TraceEntry) -> Void)? {
    guard let trace else { return nil }
    let file = try Self.files.withLock { files in
      if let file = files[trace] { return file }
      let file = try TraceFile(trace)
      files[trace] = file
      return file
    }
    return { file.record($0) }
  }
}

/// A recorded conversation as a file of lines, which only its owner can read.
final class TraceFile: Sendable {
  /// Recording ends when a file has become so long, in bytes.
  static let maximumLength = 256 * 1024 * 1024
  static let header = "# isocenter trace 1"

  private let state: Mutex<(file: FileHandle?, length: Int)>

  /// Makes a new file; one that is there is not written over.
  ///
  /// - Throws: `CommandFailure`.
  init(_ path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw CommandFailure(errno == EEXIST ? "\(path) is there already" : "\(path) cannot be written")
    }
    state = Mutex((FileHandle(fileDescriptor: descriptor, closeOnDealloc: true), 0))
    write(Self.header)
  }

  func record(_ entry: TraceEntry) { write(entry.line) }

  private func write(_ line: String) {
    state.withLock { state in
      guard let file = state.file else { return }
      let data = Data((line + "\n").utf8)
      state.length += data.count
      // A disk that is full ends the recording, not the conversation.
      if state.length > Self.maximumLength || (try? file.write(contentsOf: data)) == nil { state.file = nil }
    }
  }

  /// - Throws: `CommandFailure` that names the line that is none.
  static func read(_ path: String) throws -> [TraceEntry] {
    guard let data = FileManager.default.contents(atPath: path) else { throw CommandFailure("cannot read \(path)") }
    var entries: [TraceEntry] = []
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first.map({ $0 == header }) == true else { throw CommandFailure("\(path) is no trace") }
    for (number, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
      guard let entry = TraceEntry(line: line) else { throw CommandFailure("\(path), line \(number + 1): no entry") }
      entries.append(entry)
    }
    return entries
  }
}
