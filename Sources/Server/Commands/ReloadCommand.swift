import ArgumentParser
import NIOHTTP1

struct ReloadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload", abstract: "Have the running server read its configuration again.",
    discussion: """
      Nodes, sites, log level and the compactor's times change at once, and no connection is closed. Other keys hold from
      the next start on. A file with a mistake changes nothing. SIGHUP does the same.
      """)

  @OptionGroup var directory: DataOption
  @OptionGroup var output: JSONOption

  func run() async throws {
    guard let server = await ControlClient.connect(to: directory.data) else {
      throw CommandFailure("no server is running on \(directory.data)")
    }
    let reply = try await server.json(.POST, "/api/v1/reload", as: MaintenanceRoutes.ReloadReply.self)
    if output.json { return try Output.json(reply) }
    Output.line(reply.changed.isEmpty ? "nothing has changed" : "changed: \(reply.changed.joined(separator: ", "))")
    if !reply.needsRestart.isEmpty {
      Output.line("from the next start on: \(reply.needsRestart.joined(separator: ", "))")
    }
  }
}
