import TestKit
import Testing

@Suite("Pages of other origins", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct CrossOriginTests {
  private static let viewer = "https://viewer.example"

  @Test(
    "may use DICOMweb when the configuration or a variable names them, and not otherwise", arguments: [true, false])
  func allowed(byFile: Bool) async throws {
    let server = try await ServerProcess.start(
      configuration: byFile ? "allowedOrigins: [\(Self.viewer)]\n" : nil,
      environment: byFile ? [:] : ["ISOCENTER_ALLOWED_ORIGINS": "[\(Self.viewer)]"])
    let web = Web(server)
    func origin(_ origin: String) async throws -> String? {
      try await web.send(.get, "/dicom-web/studies", headers: [("Origin", origin)])
        .header("Access-Control-Allow-Origin")
    }
    #expect(try await origin(Self.viewer) == Self.viewer)
    #expect(try await origin("https://evil.example") == nil)
    #expect(try await origin("https://viewer.example.evil.example") == nil)
    #expect(await server.stop() == 0)
  }

  @Test("are none of ours without a word in the configuration")
  func unnamed() async throws {
    let server = try await ServerProcess.start()
    let answer = try await Web(server).send(.get, "/dicom-web/studies", headers: [("Origin", Self.viewer)])
    #expect(answer.header("Access-Control-Allow-Origin") == nil)
    #expect(await server.stop() == 0)
  }

  @Test(
    "are refused in the configuration when they are none",
    arguments: [
      "viewer.example", "https://viewer.example/", "https://Viewer.example", "https://", "ftp://x", "https://*",
    ])
  func refused(origin: String) async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array("allowedOrigins: ['\(origin)']\n".utf8), as: "isocenter.yaml")
    let outcome = try await ServerProcess.command(["serve", "--config", file, "--data", "\(folder.path)/data"])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("allowedOrigins[0]"), "\(outcome.errors)")
  }
}
