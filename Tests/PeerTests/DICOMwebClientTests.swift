import TestKit
import Testing

/// The smallest sound sample of every transfer syntax and SOP class, and objects that pydicom built, through the
/// library that most Python programs use.
@Suite("dicomweb-client", .enabled(if: Script.hasOracles, "needs ISOCENTER_PYTHON and the built server"))
struct DICOMwebClientTests {
  @Test(
    "does with us what it is for",
    arguments: [
      (section: "store", what: "what it stores is kept, every byte"),
      ("search", "it finds studies, series and instances, by attributes and by page"),
      ("retrieve", "it gets studies, series and instances back, every byte"),
      ("metadata", "it reads in metadata what pydicom reads in the file"),
      ("frames", "it gets frames as they are in the file"),
      ("rendered", "it gets pictures within one level of what the standard's formula gives"),
      ("bulk", "it gets the values that metadata only refers to"),
      ("delete", "what it deletes is gone, and is taken again"),
    ])
  func client(section: String, what: String) async throws {
    let server = try await ServerProcess.startPatiently()
    try await Script(name: "dicomweb_client_peer").run(section, against: server)
    try await server.expectSound()
  }
}
