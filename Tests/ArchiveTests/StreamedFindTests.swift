import ArchiveCore
import DICOM
import DIMSE
import Doors
import NIOCore
import Synchronization
import TestKit
import Testing

/// A catalog with as many studies as one likes, none of which is anywhere: each is made when it is asked for.
private final class EndlessCatalog: CatalogInFront {
  let real: any Catalog
  private let studies: Int64
  private let state = Mutex((given: 0, read: 0, most: 0))

  /// Makes answers long, so that few of them fill a buffer.
  private static let comment = String(repeating: "long ", count: 800)

  init(_ real: any Catalog, studies: Int64) {
    self.real = real
    self.studies = studies
  }

  /// Most matches that were ever given and not read by the client yet.
  var mostUnread: Int { state.withLock { $0.most } }

  func noteRead() { state.withLock { $0.read += 1 } }

  func find(_ query: Query, within sites: Principal.Sites) async throws -> QueryResult {
    let first = (query.after?.position.first ?? 0) + 1
    let last = min(studies, first + Int64(query.limit ?? 1000) - 1)
    guard first <= last else { return QueryResult(matches: [], hasMore: false) }
    let matches = (first...last).map { number in
      var attributes = DataSet()
      attributes.set(.studyInstanceUID, .ui, "1.2.826.0.1.3680043.10.9.\(number)")
      attributes.set(.patientComments, .lt, Self.comment)
      return Match(study: nil, series: nil, instance: nil, attributes: attributes)
    }
    state.withLock {
      $0.given += matches.count
      $0.most = max($0.most, $0.given - $0.read)
    }
    return QueryResult(matches: matches, hasMore: last < studies, end: QueryCursor(position: [last]))
  }
}

@Suite("A query with very many answers")
struct StreamedFindTests {
  private static let studies: Int64 = 20_000
  /// What buffers of both sides and of the operating system hold, and a page: far less than all.
  private static let mostUnread = 8_000

  @Test("waits for whoever reads them: only as many are made as buffers hold", .timeLimit(.minutes(5)))
  func backPressure() async throws {
    let test = try await TestArchive()
    let catalog = EndlessCatalog(test.catalog, studies: Self.studies)
    let archive = Archive(
      Archive.Parts(
        blobs: test.blobs, catalog: catalog, documents: test.documents, audit: test.audit, environment: .system))
    var configuration = DIMSEServerConfiguration()
    configuration.port = 0
    let door = DIMSEDoor(
      archive: archive, nodes: NodeDirectory(accounts: test.accounts, isOpen: true), aeTitle: "ISOCENTER",
      checksCalledTitle: false)
    let server = try await DIMSEServer.bind(configuration, provider: door)
    let port = try #require(server.port)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      let count = try await Self.read(from: port, catalog)
      #expect(count == Self.studies)
      #expect(catalog.mostUnread < Self.mostUnread, "\(catalog.mostUnread)")
      server.shutdown(grace: .seconds(1))
      try await group.waitForAll()
    }
  }

  /// Reads all, and stands still for a long time after the first.
  private static func read(from port: Int, _ catalog: EndlessCatalog) async throws -> Int64 {
    let find: UID = .studyRootQueryRetrieveInformationModelFind
    let configuration = DIMSEClient.Configuration(
      host: "127.0.0.1", port: port, callingAETitle: "FINDER", calledAETitle: "ISOCENTER",
      presentationContexts: DIMSEClient.proposals([(find, [TransferSyntax.implicitVRLittleEndian.uid])]))
    var identifier = DataSet()
    identifier.set(.queryRetrieveLevel, .cs, "STUDY")
    identifier.set(.studyInstanceUID, .ui, "")
    identifier.set(.patientComments, .lt, "")
    let bytes = try DataSetWriter.encode(identifier, in: .implicitVRLittleEndian)
    return try await DIMSEClient.withAssociation(configuration) { association in
      let context = try #require(association.presentationContext(for: find))
      let answers = try await association.cFind(
        QueryCommand(sopClass: find), in: context, identifier: ByteBuffer(bytes: bytes))
      var count: Int64 = 0
      for try await answer in answers where answer.status.isPending {
        count += 1
        catalog.noteRead()
        if count == 1 { try await standStill(catalog) }
      }
      return count
    }
  }

  /// Until nothing is made any more: as many as there were a while ago.
  private static func standStill(_ catalog: EndlessCatalog) async throws {
    var before = -1
    while catalog.mostUnread != before, catalog.mostUnread < Self.mostUnread {
      before = catalog.mostUnread
      try await Task.sleep(for: .milliseconds(200))
    }
  }
}
