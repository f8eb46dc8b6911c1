import ArgumentParser
import DICOMPixels
import Glibc

/// What the server starts copies of itself with to decode and encode frames (`CodecWorkerPool`).
struct CodecWorkerCommand: ParsableCommand {
  static let name = "codec-worker"

  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Decode and encode frames for another process.", shouldDisplay: false)

  func run() throws {
    Glibc.exit(CodecWorker.serve())
  }
}
