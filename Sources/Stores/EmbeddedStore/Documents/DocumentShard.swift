import ArchiveCore
import NIOCore

/// The documents of every n-th series, in the order their changes arrive.
actor DocumentShard {
  /// Files kept open for appending.
  static let openLimit = 32

  /// A file that is being appended to.
  private struct OpenSeries {
    var file: any File
    var end: UInt64
    var dictionary: [UInt8]
    var lastUse: UInt64
  }

  private nonisolated let executor = FileExecutor("isocenter.documents")
  private let number: Int
  private let count: Int
  private let folder: String
  private let files: any FileSystem
  private let stamp: UInt32
  private let deflate: Deflate
  private var open: [SeriesKey: OpenSeries] = [:]
  private var clock: UInt64 = 0

  init(number: Int, of count: Int, in directory: DataDirectory, stamp: UInt32) throws(ArchiveError) {
    guard let deflate = Deflate() else { throw ArchiveError(.unavailable, "zlib has no memory") }
    self.deflate = deflate
    self.number = number
    self.count = count
    self.stamp = stamp
    files = directory.files
    folder = "\(directory.path(.cache))/documents"
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  func put(_ document: InstanceDocument, of key: SeriesKey) throws(ArchiveError) {
    let raw = DocumentSegment.raw(document)
    guard raw.count <= DocumentSegment.maximumRawLength else {
      throw ArchiveError(.limitExceeded, "a document of \(raw.count) bytes for record \(document.record)")
    }
    try translatingFileErrors { try append(document, raw: raw, to: key) }
  }

  func documents(of key: SeriesKey) throws(ArchiveError) -> [RecordID: InstanceDocument] {
    try translatingFileErrors {
      guard let file = try open[key]?.file ?? openIfThere(path(key), writable: false) else { return [:] }
      return try read(file, decoding: true).documents
    }
  }

  func remove(_ key: SeriesKey) throws(ArchiveError) {
    open[key] = nil
    try translatingFileErrors { try removeIfThere(path(key)) }
  }

  /// Forgets every series of this shard.
  func removeAll() throws(ArchiveError) {
    open = [:]
    try translatingFileErrors {
      for number in stride(from: number, to: SeriesKey.folderCount, by: count) {
        let path = "\(folder)/\(SeriesKey.folderName(number))"
        for entry in try listIfThere(path) { try removeIfThere("\(path)/\(entry.name)") }
      }
    }
  }

  private func append(_ document: InstanceDocument, raw: [UInt8], to key: SeriesKey) throws {
    var series: OpenSeries
    if let held = open[key] { series = held } else { series = try openForAppending(key) }
    // Not among the open ones while it is written: if that fails, its end is looked for again.
    open[key] = nil
    guard let compressed = deflate.compress(raw, dictionary: series.dictionary) else {
      throw ArchiveError(.unavailable, "the document of record \(document.record) could not be compressed")
    }
    let entry = DocumentSegment.entry(document, rawLength: raw.count, compressed: compressed)
    let (file, end) = (series.file, series.end)
    try entry.withUnsafeReadableBytes { try file.writeFully([$0], at: end) }
    series.end += UInt64(entry.readableBytes)
    if series.dictionary.isEmpty { series.dictionary = DocumentSegment.dictionary(from: raw) }
    keepOpen(series, key)
  }

  private func path(_ key: SeriesKey) -> String { "\(folder)/\(SeriesKey.folderName(key.folder))/\(key.name)" }

  /// Opens the file of a series, made if need be, and cuts off what is not whole.
  private func openForAppending(_ key: SeriesKey) throws -> OpenSeries {
    var file = try openIfThere(path(key), writable: true)
    if file == nil {
      try files.createDirectory(folder)
      try files.createDirectory("\(folder)/\(SeriesKey.folderName(key.folder))")
      file = try files.create(path(key))
    }
    guard let file else { throw FileError(.notFound, "create", path(key)) }
    let contents = try read(file, decoding: false)
    var end = contents.end
    if try file.length() > end { try file.truncate(to: end) }
    if end == 0 {
      let header = DocumentSegment.header(stamp: stamp)
      try header.withUnsafeReadableBytes { try file.writeFully([$0], at: 0) }
      end = UInt64(header.readableBytes)
    }
    return OpenSeries(file: file, end: end, dictionary: contents.dictionary, lastUse: 0)
  }

  private func openIfThere(_ path: String, writable: Bool) throws(FileError) -> (any File)? {
    do {
      return try files.open(path, writable: writable)
    } catch {
      guard error.code == .notFound else { throw error }
      return nil
    }
  }

  private func removeIfThere(_ path: String) throws(FileError) {
    do {
      try files.remove(path)
    } catch {
      guard error.code == .notFound else { throw error }
    }
  }

  private func listIfThere(_ path: String) throws(FileError) -> [DirectoryEntry] {
    do {
      return try files.list(path)
    } catch {
      guard error.code == .notFound else { throw error }
      return []
    }
  }

  private func read(_ file: any File, decoding: Bool) throws -> DocumentSegment.Contents {
    guard let length = try Int(exactly: file.length()) else { return DocumentSegment.Contents() }
    var bytes = ByteBuffer()
    if length > 0 {
      try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { space in
        try file.readFully(into: UnsafeMutableRawBufferPointer(rebasing: space[..<length]), at: 0)
      }
    }
    return DocumentSegment.read(bytes, stamp: stamp, decoding: decoding, with: deflate)
  }

  private func keepOpen(_ series: OpenSeries, _ key: SeriesKey) {
    clock += 1
    var series = series
    series.lastUse = clock
    open[key] = series
    guard open.count > DocumentShard.openLimit else { return }
    let oldest = open.sorted { $0.value.lastUse < $1.value.lastUse }
    for (key, _) in oldest.prefix(DocumentShard.openLimit / 4) { open[key] = nil }
  }
}
