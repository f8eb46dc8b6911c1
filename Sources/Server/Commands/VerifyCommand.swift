import ArchiveCore
import ArgumentParser
import Foundation
import NIOHTTP1

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Read every stored byte and check every checksum.",
    discussion: "Exit status 1 when something is damaged or missing.")

  @OptionGroup var directory: DataOption
  @OptionGroup var output: JSONOption

  func run() async throws {
    try directory.requireArchive()
    let findings: [String]
    if let server = await ControlClient.connect(to: directory.data) {
      findings = try await server.json(.POST, "/api/v1/verify", as: MaintenanceRoutes.VerifyReply.self).findings
    } else {
      var configuration = Configuration()
      configuration.data = directory.data
      let opened = try await OpenArchive.open(configuration)
      let bar = SharedProgress("verifying", unit: .bytes)
      findings = try await opened.archive.verify(as: .system("verify")) { done, total in
        bar.update(done, total: total)
      }.map(\.description)
      bar.finish()
      try await opened.close()
    }
    if output.json {
      try Output.json(MaintenanceRoutes.VerifyReply(findings: findings))
    } else if findings.isEmpty {
      Output.line("everything is as it was stored")
    } else {
      for finding in findings { Output.line(finding) }
    }
    if !findings.isEmpty { throw ExitCode(1) }
  }
}

struct RebuildCatalogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild-catalog", abstract: "Make the catalog again from the stored records and the ledger.",
    discussion: """
      Patients, studies, series and instances are made again; accounts, nodes, journal and audit stay as they are, and
      nothing is forwarded again. The server must not be running.
      """)

  @OptionGroup var directory: DataOption
  @OptionGroup var output: JSONOption

  struct Reply: Codable {
    var containers: Int
    var applied: Int
    var skipped: Int
    var damaged: Int
  }

  func run() async throws {
    try directory.requireArchive()
    if await ControlClient.connect(to: directory.data) != nil {
      throw CommandFailure("a server is running on \(directory.data); stop it first")
    }
    var configuration = Configuration()
    configuration.data = directory.data
    let opened = try await OpenArchive.open(configuration)
    let bar = SharedProgress("rebuilding", unit: .count)
    let summary = try await opened.rebuildCatalog { done, total in bar.update(UInt64(done), total: UInt64(total)) }
    bar.finish()
    try await opened.close()
    let reply = Reply(
      containers: summary.containers, applied: summary.applied, skipped: summary.skipped, damaged: summary.damaged)
    if output.json {
      try Output.json(reply)
    } else {
      Output.line(
        "\(reply.applied) records from \(reply.containers) containers; \(reply.skipped) deleted or doubled, "
          + "\(reply.damaged) damaged")
    }
    if reply.damaged > 0 { throw ExitCode(1) }
  }
}
