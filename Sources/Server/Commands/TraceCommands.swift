import ArgumentParser
import DIMSE

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Show a recorded association in words.",
    discussion: "Traces are made by --trace of echo, send, find, move and get, and by a server with dicomTrace.")

  @Argument(help: "The trace.")
  var file: String

  func run() throws {
    for entry in try TraceFile.read(file) { Output.line(TraceText.line(entry)) }
  }
}

struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Say again to a DICOM node what a recorded association said, and compare the answers.",
    discussion: """
      AE titles, contexts and commands are sent as recorded; data sets of which only the length was recorded are zeros, so
      use it with test systems. Exit status 1 when something was answered in another way.
      """)

  @OptionGroup var output: JSONOption
  @OptionGroup var transport: SecurityOptions
  @Option(name: .long, help: "Seconds to wait for the connection, and for each answer.")
  var timeout = 30
  @Argument(help: "The trace.")
  var file: String
  @Argument(help: "HOST:PORT.")
  var peer: PeerAddress

  func validate() throws {
    guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout takes 1 to 86400 seconds") }
  }

  func run() async throws {
    let entries = try TraceFile.read(file)
    let replay = Replay(peer: peer, security: try transport.security(), timeout: .seconds(timeout))
    let differences: [Replay.Difference]
    do {
      differences = try await replay.run(entries)
    } catch {
      throw PeerFailure.failure(error, peer, calling: PeerAddress.anyTitle)
    }
    if output.json {
      try Output.json(differences)
    } else if differences.isEmpty {
      Output.line("\(entries.count { !$0.isFromRequestor }) entries answered as recorded")
    } else {
      for difference in differences {
        Output.line("entry \(difference.entry): recorded “\(difference.recorded)”, answered “\(difference.answered)”")
      }
    }
    if !differences.isEmpty { throw ExitCode(1) }
  }
}
