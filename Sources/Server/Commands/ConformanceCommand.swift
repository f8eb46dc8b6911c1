import ArgumentParser
import Doors
import NIOHTTP1

struct ConformanceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance", abstract: "Write the DICOM conformance statement of the running server (PS3.2).",
    discussion: "As Markdown, or with --json as data. It states what the server negotiates as it is configured now.")

  @OptionGroup var directory: DataOption
  @OptionGroup var output: JSONOption

  func run() async throws {
    guard let server = await ControlClient.connect(to: directory.data) else {
      throw CommandFailure("no server is running on \(directory.data)")
    }
    if output.json {
      return try Output.json(try await server.json(.GET, ConformanceRoutes.path, as: ConformanceStatement.self))
    }
    let answer = try await server.request(.GET, ConformanceRoutes.path, accept: "text/markdown")
    guard answer.status == .ok else { throw CommandFailure("the server answered \(answer.status.code)") }
    Output.line(answer.text)
  }
}
