public import ArchiveCore
public import EmbeddedStore
import Foundation

/// An archive of the embedded home in a folder of its own, gone with the test.
public final class TestArchive: Sendable {
  public let path: String
  public let directory: DataDirectory
  public let blobs: EmbeddedBlobStore
  public let catalog: EmbeddedCatalog
  public let documents: any SeriesDocuments
  public let audit: EmbeddedAuditTrail
  public let accounts: EmbeddedAccounts
  public let archive: Archive
  private let keepsFolder: Bool

  /// - Parameter path: an existing folder to open again; a new one, removed at the end, when left out.
  public init(at path: String? = nil, environment: Environment = .system) async throws {
    keepsFolder = path != nil
    self.path = path ?? FileManager.default.temporaryDirectory.path + "/isocenter-test-\(UUID().uuidString)"
    directory = try DataDirectory(self.path)
    blobs = EmbeddedBlobStore(directory, environment: environment)
    catalog = try await EmbeddedCatalog.open(at: directory.path(.catalog), environment: environment)
    documents = InMemorySeriesDocuments()
    audit = EmbeddedAuditTrail(sharing: catalog)
    accounts = EmbeddedAccounts(sharing: catalog)
    archive = Archive(
      Archive.Parts(blobs: blobs, catalog: catalog, documents: documents, audit: audit, environment: environment))
  }

  /// Opens a folder again whose former archive is let go of, but perhaps not yet by a task that ends.
  public static func reopened(at path: String) async throws -> TestArchive {
    for _ in 1..<attempts {
      if let test = try? await TestArchive(at: path) { return test }
      try await Task.sleep(for: .milliseconds(20))
    }
    return try await TestArchive(at: path)
  }

  private static let attempts = 250

  deinit {
    if !keepsFolder { try? FileManager.default.removeItem(atPath: path) }
  }

  public static let principal = Principal.system("test")
  public static let source = Source(channel: .association, name: "TEST", site: .main)

  /// Stores files one delivery at a time.
  @discardableResult
  public func store(
    _ files: [[UInt8]], from source: Source = TestArchive.source, as principal: Principal = TestArchive.principal
  ) async throws -> [IngestOutcome] {
    let delivery = try await archive.openDelivery(from: source, by: principal)
    for file in files { _ = try await delivery.stage(Chunks(file), as: .part10) }
    let outcomes = try await delivery.settle()
    await delivery.close()
    return outcomes
  }
}
