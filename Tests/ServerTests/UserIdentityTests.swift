import DICOM
import DIMSE
import TestKit
import Testing

@Suite(
  "The user of an association", .timeLimit(.minutes(2)),
  .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct UserIdentityTests {
  private static let configuration = """
    nodes:
      - {aeTitle: SENDER, host: 127.0.0.1, port: 104, roles: [sender]}
      - {aeTitle: STORESCU, host: 127.0.0.1, port: 104, roles: [auditor]}

    """

  private func associate(
    _ server: ServerProcess, _ kind: UserIdentity.Kind, _ name: String, _ passcode: String = ""
  ) async throws -> (response: [UInt8]?, find: DIMSEStatus?) {
    var configuration = Sender(to: server).configuration
    configuration.userIdentity = UserIdentity(
      kind: kind, wantsResponse: true, primary: Array(name.utf8), secondary: Array(passcode.utf8))
    return try await DIMSEClient.withAssociation(configuration) { association in
      let context = try #require(association.presentationContext(for: Sender.find))
      var keys = DataSet()
      keys.set(.queryRetrieveLevel, .cs, "STUDY")
      keys.set(.studyInstanceUID, .ui, "")
      let identifier = Sender.buffer(try DataSetWriter.encode(keys, in: context.transferSyntax))
      var last: DIMSEStatus?
      for try await answer in try await association.cFind(
        QueryCommand(sopClass: Sender.find), in: context, identifier: identifier)
      {
        last = answer.status
      }
      return (association.acceptance.userInformation.userIdentityResponse, last)
    }
  }

  @Test("is a person once the passcode is right, with that person's roles, and nobody otherwise (PS3.7 §D.3.3.7)")
  func identities() async throws {
    let server = try await ServerProcess.start(.guarded, configuration: Self.configuration)
    let password = try #require(server.password)
    let right = try await associate(server, .usernameAndPasscode, "admin", password)
    #expect(right.response == [] && right.find == .success)

    // A name alone proves nothing: the node stays what it is, and no response says so.
    let name = try await associate(server, .username, "admin")
    #expect(name.response == nil && name.find?.category == .failure)

    let refusal = AssociationError.rejected(AssociateReject(.permanent, .acseNoReasonGiven))
    await #expect(throws: refusal) {
      _ = try await associate(server, .usernameAndPasscode, "admin", password + "x")
    }
    await #expect(throws: refusal) { _ = try await associate(server, .usernameAndPasscode, "nobody", password) }
    for kind in [UserIdentity.Kind.kerberosServiceTicket, .samlAssertion, .jsonWebToken, .reserved(9)] {
      await #expect(throws: refusal) { _ = try await associate(server, kind, "ticket") }
    }
    #expect(!server.errors.contains(password))

    // Guessing is slowed as at the sign-in, and the right passcode has to wait as well.
    var isSlowed = false
    for _ in 0..<12 where !isSlowed {
      do {
        _ = try await associate(server, .usernameAndPasscode, "admin", "guess")
      } catch let error as AssociationError {
        isSlowed = error == .rejected(AssociateReject(.transient, .acseNoReasonGiven))
      }
    }
    #expect(isSlowed)
  }

  @Test("stores as that person from a node that may not: storescu", .enabled(if: Peer.has("storescu")))
  func storescu() async throws {
    let server = try await ServerProcess.start(.guarded, configuration: Self.configuration)
    let password = try #require(server.password)
    let folder = try TemporaryFolder()
    let file = try folder.write(try SmallObject(study: 5).file(), as: "object.dcm")
    let address = ["-v", "127.0.0.1", "\(server.dicomPort)", file, "-aec", "ISOCENTER"]
    let node = try await Peer.run("storescu", address)
    #expect(!node.output.contains("(Success)"), "\(node.output)")
    let person = try await Peer.run("storescu", ["-usr", "admin", "-pwd", password, "-rsp"] + address)
    #expect(person.status == 0 && person.output.contains("(Success)"), "\(person.output)")
    let wrong = try await Peer.run("storescu", ["-usr", "admin", "-pwd", "wrong", "-rsp"] + address)
    #expect(wrong.status != 0 && wrong.output.contains("Rejected Permanent"), "\(wrong.output)")
  }
}
