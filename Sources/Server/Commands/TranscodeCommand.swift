import ArchiveCore
import ArgumentParser
import DICOM
import DICOMPixels
import Foundation

struct TranscodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transcode", abstract: "Write a DICOM file in another transfer syntax.",
    discussion: """
      Transfer syntaxes: \(TransferSyntaxName.allNames), or a UID.
      What loses something gets a SOP Instance UID of its own and refers to the original, unless --keep-uid is given.
      """)

  @Option(name: .long, help: "The transfer syntax to write.")
  var to: TransferSyntaxName
  @Option(name: .long, help: "JPEG: 1 (smallest) to 100 (best).")
  var quality = 90
  @Option(name: .long, help: "JPEG-LS near-lossless: the largest difference of a sample.")
  var near = 2
  @Option(name: .long, help: "JPEG 2000 and HTJ2K with loss: how many times smaller.")
  var ratio = 10.0
  @Flag(name: .long, help: "Write an Extended Offset Table even where the basic one would do.")
  var extendedOffsets = false
  @Flag(name: .long, help: "Keep the SOP Instance UID of what loses something.")
  var keepUid = false
  @Argument(help: "The DICOM file.")
  var input: String
  @Argument(help: "The file to write.")
  var output: String

  func run() async throws {
    let file: [UInt8]
    do {
      file = Array(try Data(contentsOf: URL(fileURLWithPath: input)))
    } catch {
      throw CommandFailure("\(input) cannot be read")
    }
    var options = CompressionOptions()
    options.quality = quality
    options.nearLossless = near
    options.compressionRatio = ratio
    let derived = keepUid ? nil : UID(rawValue: "2.25.\(ArchiveCore.Environment.system.random())")
    var tables = OffsetTables()
    tables.isExtended = extendedOffsets
    let outcome: Transcoder.Outcome
    do {
      outcome = try await Transcoder(codecs: CodecWorkerPool.ofThisProgram())
        .transcode(file, to: to.syntax, options: options, tables: tables, derived: derived)
    } catch {
      throw CommandFailure("\(input): \(error)")
    }
    do {
      try Data(outcome.file).write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch {
      throw CommandFailure("\(output) cannot be written")
    }
    for leniency in outcome.leniencies.map(\.rawValue).sorted() { Terminal.say("\(input): tolerated \(leniency)") }
  }
}

extension CodecWorkerPool {
  /// Workers that are copies of this program, as many as there are processors.
  static func ofThisProgram(observe: @escaping @Sendable (CodecRequest) -> Void = { _ in }) -> CodecWorkerPool {
    CodecWorkerPool(
      arguments: [CodecWorkerCommand.name], size: ProcessInfo.processInfo.activeProcessorCount, observe: observe)
  }
}
