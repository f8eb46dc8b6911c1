import ArchiveCore
import NIOCore

/// Where the containers of a data directory lie: a folder for deliveries, one for packs, and a suffix for those that
/// are not sealed.
///
/// The name says it because a rename is one step: a file loses the suffix once everything in it is durable.
struct ContainerFiles: Sendable {
  /// One container file.
  struct Place: Hashable, Sendable {
    var id: ContainerID
    var kind: ContainerSummary.Kind
    var isSealed: Bool
  }

  static let unsealedSuffix = ".open"
  /// Set aside by recovery because nothing in it can be read; ignored from then on.
  static let unreadableSuffix = ".unreadable"

  let directory: DataDirectory
  var files: any FileSystem { directory.files }

  func folder(of kind: ContainerSummary.Kind) -> String {
    switch kind {
    case .delivery: directory.path(.deliveries)
    case .pack: directory.path(.packs)
    }
  }

  func path(_ place: Place) -> String {
    "\(folder(of: place.kind))/\(place.id)\(place.isSealed ? "" : ContainerFiles.unsealedSuffix)"
  }

  /// Opens a container wherever it lies.
  ///
  /// - Throws: `ArchiveError` `.notFound` when it lies nowhere.
  func open(_ id: ContainerID, writable: Bool = false) throws(ArchiveError) -> (file: any File, place: Place) {
    // Twice, because it may be renamed while we look.
    for _ in 0..<2 {
      for (kind, isSealed) in [
        (ContainerSummary.Kind.delivery, true), (.delivery, false), (.pack, true), (.pack, false),
      ] {
        let place = Place(id: id, kind: kind, isSealed: isSealed)
        do throws(FileError) {
          return (try files.open(path(place), writable: writable), place)
        } catch {
          guard error.code == .notFound else { throw error.asArchiveError }
        }
      }
    }
    throw ArchiveError(.notFound, "container \(id) is not there")
  }

  /// Every container with its length in bytes.
  func list() throws(FileError) -> [(place: Place, bytes: UInt64)] {
    var found: [(Place, UInt64)] = []
    for kind in [ContainerSummary.Kind.delivery, .pack] {
      for entry in try files.list(folder(of: kind)) {
        let isSealed = !entry.name.hasSuffix(ContainerFiles.unsealedSuffix)
        let name = isSealed ? entry.name : String(entry.name.dropLast(ContainerFiles.unsealedSuffix.count))
        guard let id = ContainerID(name) else { continue }
        found.append((Place(id: id, kind: kind, isSealed: isSealed), entry.bytes))
      }
    }
    return found
  }

  /// What the container says it is, if its first bytes are whole.
  func header(of file: any File) throws(FileError) -> ContainerHeader? {
    let length = Int(ContainerHeader.length)
    return try withUnsafeTemporaryAllocation(byteCount: length, alignment: 8) {
      buffer throws(FileError) -> ContainerHeader? in
      let count = try file.readFully(into: buffer, at: 0)
      return ContainerHeader(ByteBuffer(bytes: UnsafeRawBufferPointer(rebasing: buffer.prefix(count))))
    }
  }

  /// Scans an open file.
  func scan(
    _ file: any File, _ id: ContainerID, from offset: UInt64, verifyingPayloads: Bool
  ) throws(ArchiveError) -> ContainerScan {
    try translatingFileErrors {
      try ContainerScan(id, length: file.length(), from: offset, verifyingPayloads: verifyingPayloads) {
        try file.readFully(into: $1, at: $0)
      }
    }
  }
}
