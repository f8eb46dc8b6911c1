import TestKit
import Testing

/// Whatever comes in: a precise refusal, nothing half stored, and a server that goes on. Each section says so of every
/// single thing it sends; at the end the stored bytes are verified and the server stops in good order.
@Suite("Strangers", .enabled(if: Script.hasPython, "needs a Python and the built server"))
struct HostileTests {
  /// An instance, the same instance with other pixels, and one of another study and patient.
  private func objects() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var other = SmallObject(study: 1)
    other.shade = 1
    try folder.write(try SmallObject(study: 1).file(), as: "one.dcm")
    try folder.write(try other.file(), as: "other.dcm")
    try folder.write(try SmallObject(study: 2).file(), as: "third.dcm")
    return folder
  }

  @Test(
    "do no harm",
    arguments: [
      (section: "stow_bad", what: "objects that are none, over the web"),
      ("stow_bodies", "payloads that are no multipart"),
      ("stow_cut", "senders that die while they send"),
      ("http_requests", "requests that are no HTTP, or too much of it"),
      ("addresses", "addresses, queries and bodies that try something"),
      ("conflicts", "other content under a known UID; sixteen senders of one instance"),
      ("dimse_bad", "objects that are none, over DICOM; classes and syntaxes that nobody knows"),
      ("pdus", "HTTP, TLS and noise on the DICOM port, and impossible lengths"),
      ("deflate", "a data set that inflates beyond every bound"),
      ("slow", "a hundred connections that hardly say anything"),
    ])
  func hostile(section: String, what: String) async throws {
    let server = try await ServerProcess.startPatiently()
    try await Script(name: "hostile", interpreter: .plain).run(section, against: server, work: try objects())
    try await server.expectSound()
  }
}
