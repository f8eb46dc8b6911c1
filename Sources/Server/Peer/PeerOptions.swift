import ArgumentParser
import DICOM
import DIMSE
import Foundation
import NIOCore

/// Whom to call, and as whom: what all commands that speak DIMSE have in common.
struct PeerOptions: ParsableArguments {
  /// The variable that the passcode is taken from, as arguments are seen by everybody on a machine.
  static let passcodeVariable = "ISOCENTER_PASSCODE"

  @Option(name: .long, help: "The AE title to call as.")
  var calling = AETitleArgument(title: "ISOCENTER")
  @Option(name: .long, help: "Seconds to wait for the connection, and for each answer.")
  var timeout = 30
  @Option(
    name: .long,
    help: "Who to sign in as (user identity negotiation); a passcode is taken from \(PeerOptions.passcodeVariable).")
  var user: String?
  @OptionGroup var transport: SecurityOptions
  @OptionGroup var recording: TraceOptions
  @Argument(help: "TITLE@HOST:PORT, or HOST:PORT.")
  var peer: PeerAddress

  func validate() throws {
    guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout takes 1 to 86400 seconds") }
  }

  /// What an association is asked for.
  ///
  /// - Throws: `CommandFailure` for certificates that cannot be used.
  func configuration(
    _ contexts: [(abstractSyntax: UID, transferSyntaxes: [UID])]
  ) throws -> DIMSEClient.Configuration {
    var configuration = DIMSEClient.Configuration(
      host: peer.host, port: peer.port, callingAETitle: calling.title, calledAETitle: peer.title,
      presentationContexts: DIMSEClient.proposals(contexts))
    configuration.connectTimeout = .seconds(timeout)
    configuration.idleTimeout = .seconds(timeout)
    configuration.security = try transport.security()
    if let user {
      let passcode = ProcessInfo.processInfo.environment[PeerOptions.passcodeVariable]
      configuration.userIdentity = UserIdentity(
        kind: passcode == nil ? .username : .usernameAndPasscode, wantsResponse: false,
        primary: Array(user.utf8), secondary: Array((passcode ?? "").utf8))
    }
    return configuration
  }

  /// - Throws: `CommandFailure` that says what to do.
  func connect(
    _ contexts: [(abstractSyntax: UID, transferSyntaxes: [UID])], roles: [RoleSelection] = [],
    extended: [ExtendedNegotiation] = []
  ) async throws -> ClientAssociation {
    var configuration = try configuration(contexts)
    configuration.roleSelections = roles
    configuration.extendedNegotiations = extended
    let record = try recording.recorder()
    let keepsContent = recording.traceContent
    do {
      return try await DIMSEClient.connect(configuration) { channel in
        guard let record else { return }
        try channel.pipeline.syncOperations.addHandler(
          TraceHandler(isRequestor: true, keepsContent: keepsContent, record: record))
      }
    } catch {
      throw PeerFailure.failure(error, peer, calling: calling.title)
    }
  }
}

/// An AE title as an argument.
struct AETitleArgument: ExpressibleByArgument {
  var title: AETitle

  init(title: AETitle) { self.title = title }

  init?(argument: String) {
    guard let title = AETitle(argument) else { return nil }
    self.title = title
  }

  var defaultValueDescription: String { title.rawValue }
}
