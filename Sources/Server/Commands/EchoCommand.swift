import ArgumentParser
import DICOM
import DIMSE

struct EchoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "echo", abstract: "Ask a DICOM node whether it is there (C-ECHO).",
    discussion: "Exit status 1 when it is not, with what to do about it.")

  @OptionGroup var output: JSONOption
  @OptionGroup var options: PeerOptions

  /// What is said of a node that answered.
  struct Answer: Codable, Equatable {
    var peer: String
    var status: String
    var milliseconds: Double
    var implementationClassUID: String?
    var implementationVersionName: String?
    var maximumLength: UInt32?
  }

  func run() async throws {
    let clock = ContinuousClock()
    let began = clock.now
    let association = try await options.connect([(.verification, PeerSyntaxes.native.map(\.uid))])
    let status: DIMSEStatus
    do {
      status = try await association.cEcho()
      try await association.release()
    } catch {
      association.abort()
      throw PeerFailure.failure(error, options.peer, calling: options.calling.title)
    }
    let information = association.acceptance.userInformation
    let answer = Answer(
      peer: options.peer.description, status: status.description,
      milliseconds: ((clock.now - began) / .milliseconds(1) * 10).rounded() / 10,
      implementationClassUID: information.implementationClassUID?.rawValue,
      implementationVersionName: information.implementationVersionName, maximumLength: information.maximumLength)
    if output.json {
      try Output.json(answer)
    } else {
      let name = answer.implementationVersionName.map { ", \($0.printable)" } ?? ""
      Output.line("\(answer.peer) answers: \(answer.status), \(answer.milliseconds) ms\(name)")
    }
    if status != .success { throw ExitCode(1) }
  }
}
