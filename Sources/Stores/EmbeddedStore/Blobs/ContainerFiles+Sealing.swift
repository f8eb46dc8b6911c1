import ArchiveCore
import NIOCore

extension ContainerFiles {
  /// Closes a container whose writer is gone (`BlobStore.seal`).
  func seal(_ id: ContainerID, from offset: UInt64) throws(ArchiveError) {
    let (file, place) = try open(id, writable: true)
    // Beyond the end stands for "everything is known": then only the last record's end is looked for.
    let isAllKnown = try translatingFileErrors { try file.length() < offset }
    let scan = try scan(
      file, id, from: isAllKnown ? 0 : offset, verifyingPayloads: !place.isSealed && !isAllKnown)
    try translatingFileErrors {
      let length = try file.length()
      guard scan.isReadable, scan.end <= length else {
        if place.isSealed { return }
        try setAside(place, length: length, knownTo: offset)
        return
      }
      if !place.isSealed, !isAllKnown, scan.end == ContainerHeader.length {
        // Nothing was ever finished in it.
        try files.remove(path(place))
        return
      }
      // A record of which a part never reached the disk must not count once the container is sealed, when payloads are
      // no longer looked at. It was never acknowledged.
      for header in scan.hollow where header.offset < scan.end { try erase(header, in: file) }
      if length > scan.end { try file.truncate(to: scan.end) }
      try file.sync()
      guard !place.isSealed else { return }
      var sealed = place
      sealed.isSealed = true
      try files.rename(path(place), to: path(sealed))
      try files.syncDirectory(folder(of: place.kind))
    }
  }

  /// Makes a sealed delivery a pack as it is (`BlobStore.promote`).
  func promote(_ id: ContainerID) throws(ArchiveError) {
    let (_, place) = try open(id)
    guard place.isSealed else { throw ArchiveError(.badRequest, "container \(id) is not sealed") }
    guard place.kind == .delivery else { return }
    var pack = place
    pack.kind = .pack
    try translatingFileErrors {
      try files.rename(path(place), to: path(pack))
      try files.syncDirectory(folder(of: .pack))
      try files.syncDirectory(folder(of: .delivery))
    }
  }

  /// A container whose salt is lost: without it no record can be told from what a sender wrote.
  private func setAside(_ place: Place, length: UInt64, knownTo offset: UInt64) throws {
    guard offset == 0 else {
      throw ArchiveError(
        .damaged,
        "container \(place.id) of \(length) bytes has no readable start, and records are known up to \(offset)")
    }
    if length < ContainerHeader.length + RecordHeader.length {
      try files.remove(path(place))
    } else {
      try files.rename(path(place), to: path(place) + ContainerFiles.unreadableSuffix)
    }
  }

  private func erase(_ header: RecordHeader, in file: any File) throws {
    let zeros = [UInt8](repeating: 0, count: Int(RecordHeader.length))
    try zeros.withUnsafeBytes { try file.writeFully([$0], at: header.offset) }
  }
}
