import DICOM
import DICOMPixels
import Foundation

/// One side of a comparison: `dicom-benchmarks ROW FILE…` measures one round for each line it reads and answers with the
/// nanoseconds a file (or frame) took, so that a script can let two programs take turns without starting either anew.
@main
enum Benchmarks {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.first == workerArgument { exit(CodecWorker.serve()) }
    if arguments.first == "transcode" { return try await Preparation.transcode(Array(arguments.dropFirst())) }
    guard let name = arguments.first, let row = rows[name] else {
      print("usage: dicom-benchmarks ROW FILE…\nrows: \(rows.keys.sorted().joined(separator: " "))")
      return
    }
    let work = try await row(Array(arguments.dropFirst()))
    while readLine() != nil {
      FileHandle.standardOutput.write(Data("\(try await Round.measure(work))\n".utf8))
    }
  }

  /// What makes a copy of this program a worker of its own pool.
  static let workerArgument = "codec-worker"

  /// What is measured: does it all once and says how many files or frames that were.
  typealias Work = () async throws -> Int

  static let rows: [String: @Sendable ([String]) async throws -> Work] = [
    "header": { Reading.header($0) },
    "whole": { Reading.whole($0) },
    "held": { try Reading.held($0) },
    "json": { Reading.json($0) },
    "decode": { try await Decoding.decode($0) },
    "workers": { try await Decoding.workers($0) },
    "worker": { try await Decoding.oneWorker($0) },
    "rle": { try await Decoding.encodeRLE($0) },
  ]
}
