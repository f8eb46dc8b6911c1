import ArchiveCore
import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOHTTP1

/// Runs administration through the server when there is one, directly otherwise.
private func administer<Value: Sendable>(
  _ data: String, through remote: (ControlClient) async throws -> Value,
  directly local: (OpenArchive) async throws -> Value
) async throws -> Value {
  if let server = await ControlClient.connect(to: data) { return try await remote(server) }
  var configuration = Configuration()
  configuration.data = data
  let opened = try await OpenArchive.open(configuration)
  let value = try await local(opened)
  try await opened.close()
  return value
}

private func roles(_ names: [String]) throws -> Set<Role> {
  try Set(
    names.map { name in
      guard let role = Role(rawValue: name) else {
        throw ValidationError(
          "there is no role “\(name)”; known are \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return role
    })
}

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Tokens for services.", subcommands: [Create.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Make a token and print it, and nothing else; it is shown only now.")

    @OptionGroup var directory: DataOption
    @Option(name: .long, help: "A role; may be given several times.")
    var role: [String] = [Role.administrator.rawValue]
    @Option(name: .long, help: "A site it may know of; may be given several times. (default: all)")
    var site: [String] = []
    @Argument(help: "What to call it.")
    var name: String

    struct Request: Codable, Sendable {
      var name: String
      var roles: [String]
      var sites: [String]?
    }
    struct Reply: Codable, Sendable { var token: String }

    func run() async throws {
      let roles = try roles(role)
      let token = try await administer(
        directory.data,
        through: { server in
          try await server.json(
            .POST, "/api/v1/tokens",
            Request(name: name, roles: roles.map(\.rawValue), sites: site.isEmpty ? nil : site), as: Reply.self
          ).token
        },
        directly: { opened in
          try await opened.administration.createToken(
            named: name, roles: roles, sites: site.isEmpty ? .all : .only(Set(site.map { SiteID($0) })),
            as: .system("token create")
          ).text
        })
      Output.line(token)
    }
  }
}

struct NodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "node", abstract: "DICOM peers that may call us or be called.", subcommands: [Add.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add or replace a peer.")

    @OptionGroup var directory: DataOption
    @Option(name: .long, help: "Its site. (default: main)")
    var site = SiteID.main.value
    @Option(name: .long, help: "A role; may be given several times. (default: technologist)")
    var role: [String] = [Role.technologist.rawValue]
    @Option(
      name: .long, help: "Call it over TLS with this credential of the configuration; “default” is the listener's.")
    var tls: String?
    @Option(name: .long, help: "The SHA-256 of the certificate it must show when it calls, in hexadecimal digits.")
    var certificate: String?
    @Argument(help: "Its AE title.")
    var aeTitle: String
    @Argument(help: "Its host name or address.")
    var host: String
    @Argument(help: "Its port.")
    var port: Int

    private struct Request: Codable, Sendable {
      var aeTitle: String
      var host: String
      var port: Int
      var site: String
      var roles: Set<Role>
      var tls: String?
      var certificate: String?
    }

    func run() async throws {
      let roles = try roles(role)
      let node = Node(
        aeTitle: aeTitle, host: host, port: port, site: SiteID(site), roles: roles, tls: tls, certificate: certificate)
      let request = Request(
        aeTitle: aeTitle, host: host, port: port, site: site, roles: roles, tls: tls, certificate: certificate)
      try await administer(
        directory.data,
        through: { server in
          let answer = try await server.request(
            .POST, "/api/v1/nodes", contentType: "application/json", body: .bytes(try JSONEncoder().encode(request)))
          guard (200..<300).contains(answer.status.code) else {
            throw CommandFailure("the server answered \(answer.status.code): \(answer.text)")
          }
        },
        directly: { try await $0.administration.saveNode(node, as: .system("node add")) })
    }
  }
}

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "The memory of who did what.", subcommands: [Verify.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify", abstract: "Recompute the chains of the audit; exit status 1 when one is broken.")

    @OptionGroup var directory: DataOption
    @OptionGroup var output: JSONOption

    struct Reply: Codable, Sendable {
      struct Finding: Codable, Sendable {
        var writer: String
        var sequence: Int64
        var problem: String
      }
      var findings: [Finding]
    }

    func run() async throws {
      try directory.requireArchive()
      let reply = try await administer(
        directory.data,
        through: { try await $0.json(.POST, "/api/v1/audit/verify", as: Reply.self) },
        directly: { opened in
          Reply(
            findings: try await opened.administration.verifyAudit(as: .system("audit verify")).map {
              Reply.Finding(writer: $0.writer, sequence: $0.sequence, problem: $0.problem)
            })
        })
      if output.json {
        try Output.json(reply)
      } else if reply.findings.isEmpty {
        Output.line("every audit record is as it was written")
      } else {
        for finding in reply.findings { Output.line("\(finding.writer) #\(finding.sequence): \(finding.problem)") }
      }
      if !reply.findings.isEmpty { throw ExitCode(1) }
    }
  }
}
