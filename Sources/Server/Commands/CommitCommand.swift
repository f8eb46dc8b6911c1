import ArchiveCore
import ArgumentParser
import DICOM
import DIMSE
import Foundation
import NIOCore
import Workflow

struct CommitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "commit",
    abstract: "Ask a DICOM node whether it keeps what is in files, folders and media (storage commitment).",
    discussion: """
      The node reports on the same association, or calls back: then it must know this AE title with this host and the
      port that --listen names. Exit status 1 when something is not kept, or nothing was reported in time.
      """)

  @OptionGroup var output: JSONOption
  @OptionGroup var options: PeerOptions
  @Option(name: .long, help: "Seconds to wait for the report.")
  var wait = 60
  @Option(name: .long, help: "Take the report on this port as well.")
  var listen: Int?
  @Argument(help: "Files, folders, ZIP archives, DICOMDIR files.")
  var paths: [String]

  /// What is said in the end.
  struct Answer: Codable, Equatable {
    var transaction: String
    var asked: Int
    var kept: Int
    var notKept: [Missing]

    struct Missing: Codable, Equatable {
      var instance: String
      /// Failure Reason (0008,1197) in hexadecimal digits; none when the node said nothing of it.
      var reason: String?
    }
  }

  func validate() throws {
    guard (1...86_400).contains(wait) else { throw ValidationError("--wait takes 1 to 86400 seconds") }
    guard listen.map({ (1...65_535).contains($0) }) ?? true else {
      throw ValidationError("--listen takes a port from 1 to 65535")
    }
  }

  func run() async throws {
    let claims = try await claims()
    guard !claims.isEmpty else { throw CommandFailure("there is no DICOM object in what was named") }
    guard claims.count <= CommitmentTransaction.maximumInstances else {
      throw CommandFailure("at most \(CommitmentTransaction.maximumInstances) objects at a time; name fewer")
    }
    guard let item = WorkUID(ArchiveCore.Environment.system.makeUID()) else { throw ExitCode(1) }
    let transaction = CommitmentTransaction(item: item, claims: claims)
    let report = CommitmentReport(of: item.value)
    do {
      try await withListener(report) { try await ask(transaction, report) }
    } catch {
      throw PeerFailure.failure(error, options.peer, calling: options.calling.title)
    }
    guard let information = report.information else {
      throw CommandFailure(
        "\(options.peer) took the request and reported nothing in \(wait) s; it may want to call back: "
          + "give it this AE title, host and port, and use --listen")
    }
    let answer = Self.answer(to: transaction, information)
    if output.json { try Output.json(answer) } else { Self.show(answer) }
    if !answer.notKept.isEmpty { throw ExitCode(1) }
  }

  /// What the objects say they are; those that cannot be read are told of and passed over.
  private func claims() async throws -> [InstanceClaim] {
    var claims: [InstanceClaim] = []
    for try await item in ImportSource(paths: paths) {
      guard case .object(let object) = item else { continue }
      var pieces = object.bytes.makeAsyncIterator()
      guard let opening = try? await ObjectOpening(&pieces),
        let instance = InstanceUID(opening.sopInstance.rawValue)
      else {
        Terminal.say("\(object.name): cannot be read, is not asked for")
        continue
      }
      claims.append(InstanceClaim(sopClass: opening.sopClass.rawValue, instance: instance))
      while try await pieces.next() != nil {}
    }
    return claims
  }

  private func withListener(_ report: CommitmentReport, _ body: () async throws -> Void) async throws {
    guard let listen else { return try await body() }
    var configuration = DIMSEServerConfiguration()
    configuration.host = "0.0.0.0"
    configuration.port = listen
    let server = try await DIMSEServer.bind(configuration, provider: CommitmentListener(report: report))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      try await body()
      server.shutdown(grace: .seconds(1))
      try await group.waitForAll()
    }
  }

  private func ask(_ transaction: CommitmentTransaction, _ report: CommitmentReport) async throws {
    let association = try await options.connect([(CommitmentReport.sopClass, PeerSyntaxes.native.map(\.uid))])
    guard let context = association.presentationContext(for: CommitmentReport.sopClass) else {
      association.abort()
      throw AssociationError.noPresentationContext
    }
    let answer = try await association.perform(
      NormalizedCommand(
        field: .nAction, sopClass: CommitmentReport.sopClass, sopInstance: CommitmentReport.sopInstance,
        typeID: CommitmentTransaction.request), in: context,
      attributes: .init(bytes: try DataSetWriter.encode(transaction.attributes, in: context.transferSyntax)),
      receive: report.take)
    guard answer.status == .success else {
      association.abort()
      throw CommandFailure("the request was refused: \(answer.status)")
    }
    let wait = wait
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        // Whoever releases will call back.
        while report.information == nil, (try? await association.receiveRequest(report.take)) == true {}
        await report.wait()
      }
      group.addTask { await report.wait() }
      group.addTask { try? await Task.sleep(for: .seconds(wait)) }
      await group.next()
      group.cancelAll()
    }
    if (try? await association.release()) == nil { association.abort() }
  }

  private static func answer(to transaction: CommitmentTransaction, _ information: DataSet) -> Answer {
    let kept = Set(information.items(.referencedSOPSequence).compactMap { $0.string(.referencedSOPInstanceUID) })
    var reasons: [String: String] = [:]
    for item in information.items(.failedSOPSequence) {
      guard let instance = item.string(.referencedSOPInstanceUID) else { continue }
      reasons[instance] = item.int(.failureReason).map { DIMSEStatus(rawValue: UInt16(clamping: $0)).hexadecimal }
    }
    let missing = transaction.claims.map(\.instance.value).filter { !kept.contains($0) || reasons[$0] != nil }
    return Answer(
      transaction: transaction.item.value, asked: transaction.claims.count,
      kept: transaction.claims.count - missing.count,
      notKept: missing.map { Answer.Missing(instance: $0, reason: reasons[$0]) })
  }

  private static func show(_ answer: Answer) {
    Output.line("\(answer.kept) of \(answer.asked) are kept")
    for missing in answer.notKept {
      Output.line("\(missing.instance): \(missing.reason.map(words) ?? "nothing was said of it")")
    }
  }

  /// PS3.3 §C.14.1.1.
  private static func words(_ reason: String) -> String {
    switch reason {
    case "0110": "there, and cannot be read (0110)"
    case "0112": "not there (0112)"
    case "0119": "there as another SOP class (0119)"
    case "0122": "a SOP class that the node does not take (0122)"
    case "0213": "the node has no room (0213)"
    default: "not kept (\(reason))"
    }
  }
}
