import ArgumentParser
import DICOMPixels

struct SendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Send files, folders, ZIP archives and DICOMDIR media to a DICOM node (C-STORE).",
    discussion: """
      Each object goes in the transfer syntax of its file; where the node does not take that, uncompressed.
      Exit status 1 when an object was not taken.
      """)

  @OptionGroup var output: JSONOption
  @OptionGroup var options: PeerOptions
  @Flag(name: .long, help: "Send objects as their files are, or not at all.")
  var asStored = false
  @Argument(help: "Files, folders, ZIP archives, DICOMDIR files.")
  var paths: [String]

  func run() async throws {
    let receiver = PeerReceiver(options, codecs: CodecWorkerPool.ofThisProgram(), mayTranscode: !asStored)
    let bar = SharedProgress("sending", unit: .bytes, quiet: output.json)
    var bytes: UInt64 = 0
    var objects = 0
    let summary = await Importer(into: receiver).run(ImportSource(paths: paths)) { event in
      if case .received(_, let count) = event {
        bytes &+= count
        objects += 1
        bar.update(bytes, detail: "\(objects) objects")
      }
    }
    bar.finish()
    if output.json {
      Output.line(try summary.json())
    } else {
      Output.line(summary.text.replacing("stored", with: "sent", maxReplacements: 1))
      let transcoded = await receiver.transcoded
      if transcoded > 0 { Output.line("\(transcoded) of them uncompressed, as the node wanted") }
    }
    if !summary.isClean { throw ExitCode(1) }
  }
}
