import ArchiveCore
import DICOM
import DICOMPixels
import Doors
import EmbeddedStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing

/// A request context whose principal a test chooses by a header.
struct TestContext: AuthenticatedContext {
  var coreContext: CoreRequestContextStorage
  var principal: Principal?

  init(source: ApplicationRequestContextSource) { coreContext = .init(source: source) }
}

/// Stands in for sign-in: the field `X-Who` names roles and sites.
struct WhoMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: TestContext, next: @concurrent (Request, TestContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    let who = request.headers[.who] ?? "administrator"
    let parts = who.split(separator: "@")
    if who != "nobody", let role = parts.first.flatMap({ Role(rawValue: String($0)) }) {
      let sites: Principal.Sites = parts.count > 1 ? .only([SiteID(String(parts[1]))]) : .all
      context.principal = Principal(kind: .person, name: "test", roles: [role], sites: sites)
    }
    return try await next(request, context)
  }
}

extension HTTPField.Name {
  static var who: HTTPField.Name { field("X-Who") }
  static var warningField: HTTPField.Name { field("Warning") }
  static func field(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .from }
}

/// An archive on disk behind a DICOMweb door.
struct Hospital: Sendable {
  let client: any TestClientProtocol
  let archive: Archive
  /// What was transcoded and decoded lately.
  let pixels: InstanceTranscoder.PixelCache
  let frames: InstanceTranscoder.FrameCache

  /// Runs a test against a new, empty archive.
  static func open(
    _ configuration: DICOMwebConfiguration = .init(), over framework: TestingSetup = .router,
    documents: (any SeriesDocuments)? = nil, codecs: any FrameCoding = InProcessCodecs(),
    _ body: @Sendable (Hospital) async throws -> Void
  ) async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("dicomweb-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let directory = try DataDirectory(path)
    let blobs = EmbeddedBlobStore(directory, environment: .system)
    let catalog = try await EmbeddedCatalog.open(at: directory.path(.catalog), environment: .system)
    let pixels = InstanceTranscoder.PixelCache(limit: 1 << 24, cost: InstanceTranscoder.Pixels.cost)
    let frames = InstanceTranscoder.FrameCache(limit: 1 << 24) { $0.samples.count }
    var parts = Archive.Parts(
      blobs: blobs, catalog: catalog, documents: try documents ?? EmbeddedSeriesDocuments(directory, stamp: 1),
      audit: EmbeddedAuditTrail(sharing: catalog), environment: .system)
    parts.derived = [pixels, frames]
    let archive = Archive(parts)
    let transcoder = InstanceTranscoder(
      archive: archive, codecs: codecs, scratch: try EmbeddedScratchSpace(directory, limit: 1 << 26), pixels: pixels,
      frames: frames)
    let router = Router(context: TestContext.self)
    router.add(middleware: WhoMiddleware())
    DICOMwebDoor(archive, configuration, transcoder: transcoder).addRoutes(to: router)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let application = Application(
      router: router, logger: logger)
    try await application.test(framework) { client in
      try await body(Hospital(client: client, archive: archive, pixels: pixels, frames: frames))
    }
    try await catalog.close()
  }

  func get(_ path: String, accept: String? = nil, _ fields: HTTPFields = [:]) async throws -> TestResponse {
    var headers = fields
    headers[.accept] = accept
    return try await client.executeRequest(uri: "/dicom-web/\(path)", method: .get, headers: headers, body: nil)
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, _ fields: HTTPFields = [:], body: [UInt8]? = nil
  ) async throws -> TestResponse {
    try await client.executeRequest(
      uri: "/dicom-web/\(path)", method: method, headers: fields, body: body.map { ByteBuffer(bytes: $0) })
  }

  /// STOW-RS of Part 10 files as OHIF and dicomweb-client send it.
  func store(
    _ files: [[UInt8]], to path: String = "studies", _ fields: HTTPFields = [:]
  ) async throws -> TestResponse {
    var body: [UInt8] = []
    for file in files {
      body += Array("\r\n--boundary-7\r\nContent-Type: application/dicom\r\n\r\n".utf8) + file
    }
    body += Array("\r\n--boundary-7--".utf8)
    var headers = fields
    headers[.contentType] = #"multipart/related; type="application/dicom"; boundary="boundary-7""#
    return try await send(.post, path, headers, body: body)
  }
}

extension TestResponse {
  var bytes: [UInt8] { Array(body.readableBytesView) }
  var text: String { String(buffer: body) }
  var contentType: String { headers[.contentType] ?? "" }
  var warnings: [String] { headers[values: .warningField] }

  /// A search result or metadata.
  var rows: [DataSet] {
    get throws { try DICOMJSON.decodeArray(bytes) }
  }

  /// A store response.
  var dataSet: DataSet {
    get throws { try DICOMJSON.decode(bytes) }
  }
}
