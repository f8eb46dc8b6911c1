import CArchive
import Glibc
import NIOCore
import Synchronization

/// A ZIP archive, read entry by entry from its file without anything being written anywhere.
///
/// An entry's name is only shown, never used as a path. Every call blocks.
final class ZIPArchive: Sendable {
  struct Entry: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
      case file, folder, other
    }

    /// `AE_IFREG` and `AE_IFDIR` of libarchive, macros that Swift does not see.
    fileprivate static let regularFile: UInt32 = 0o100000
    fileprivate static let directory: UInt32 = 0o040000

    /// Which entry of the archive, from 1.
    var ordinal: Int
    /// Fit to be printed.
    var name: String
    var kind: Kind
    var isEncrypted: Bool
    /// As the archive claims.
    var length: UInt64?

    /// Whether a component of the name begins with a dot, or it is what macOS adds to archives.
    var isHidden: Bool {
      name.split(separator: "/").contains { component in
        component == "__MACOSX" || (component.hasPrefix(".") && component != "." && component != "..")
      }
    }
  }

  private struct State: ~Copyable {
    let handle: OpaquePointer
    var ordinal = 0
    var inflated: UInt64 = 0

    deinit {
      archive_read_free(handle)
    }
  }

  /// Kept open for as long as libarchive reads from its descriptor.
  private let file: OpenFile
  private let bounds: ImportBounds
  private let state: Mutex<State>

  init(_ file: OpenFile, bounds: ImportBounds) throws(ImportError) {
    guard let handle = archive_read_new() else { throw ImportError(.unreadable("out of memory")) }
    self.file = file
    self.bounds = bounds
    // No filters: a compressed ZIP archive is not a ZIP archive.
    archive_read_support_format_zip(handle)
    let opened = file.withDescriptor { archive_read_open_fd(handle, $0, OpenFile.pieceLength) }
    let failure = opened == ARCHIVE_OK ? nil : ZIPArchive.failure(of: handle)
    state = Mutex(State(handle: handle))
    if let failure { throw failure }
  }

  /// The next entry; `nil` behind the last. What was not read of the one before is passed over.
  func nextEntry() throws(ImportError) -> Entry? {
    try state.withLock { (state) throws(ImportError) -> Entry? in
      var entry: OpaquePointer?
      let answer = Locale.utf8 { archive_read_next_header(state.handle, &entry) }
      if answer == ARCHIVE_EOF { return nil }
      guard answer >= ARCHIVE_WARN, let entry else { throw ZIPArchive.failure(of: state.handle) }
      state.ordinal += 1
      guard state.ordinal <= bounds.archiveEntries else {
        throw ImportError(.limitExceeded("\(bounds.archiveEntries) entries of an archive"))
      }
      let kind: Entry.Kind =
        switch UInt32(archive_entry_filetype(entry)) {
        case Entry.regularFile: .file
        case Entry.directory: .folder
        default: .other
        }
      return Entry(
        ordinal: state.ordinal, name: ZIPArchive.name(of: entry) ?? "entry \(state.ordinal)", kind: kind,
        isEncrypted: archive_entry_is_encrypted(entry) != 0,
        length: archive_entry_size_is_set(entry) != 0 ? UInt64(exactly: archive_entry_size(entry)) : nil)
    }
  }

  /// Up to so many bytes of an entry, fewer only at its end. The entry must be the one last given.
  func read(_ ordinal: Int, count: Int) throws(ImportError) -> ByteBuffer {
    try state.withLock { (state) throws(ImportError) -> ByteBuffer in
      guard state.ordinal == ordinal else { throw ImportError(.unreadable("the archive is read further on already")) }
      var buffer = ByteBufferAllocator().buffer(capacity: count)
      while buffer.readableBytes < count {
        let wanted = count - buffer.readableBytes
        var answer = 0
        let handle = state.handle
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space in
          answer = archive_read_data(handle, space.baseAddress, wanted)
          return max(0, answer)
        }
        guard answer >= 0 else { throw ZIPArchive.failure(of: handle) }
        if answer == 0 { break }
        state.inflated &+= UInt64(answer)
        try check(state.inflated)
      }
      return buffer
    }
  }

  private func check(_ inflated: UInt64) throws(ImportError) {
    guard inflated <= bounds.inflatedBytes else {
      throw ImportError(.limitExceeded("\(bounds.inflatedBytes) bytes inflated from an archive"))
    }
    let (allowed, overflow) = file.status.length.multipliedReportingOverflow(by: bounds.compressionRatio)
    guard overflow || inflated <= bounds.ratioAllowance || inflated - bounds.ratioAllowance <= allowed else {
      throw ImportError(.limitExceeded("a compression ratio of \(bounds.compressionRatio)"))
    }
  }

  private static func name(of entry: OpaquePointer) -> String? {
    let name = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)
    guard let name, name.pointee != 0 else { return nil }
    return String(cString: name).printable
  }

  private static func failure(of handle: OpaquePointer) -> ImportError {
    guard let text = archive_error_string(handle) else { return ImportError(.damaged("no ZIP archive")) }
    return ImportError(.damaged(String(cString: text).printable))
  }
}

/// The bytes of an entry, piece by piece.
struct ZIPEntryPieces: PieceReader {
  let archive: ZIPArchive
  let ordinal: Int

  func nextPiece() async throws -> ByteBuffer? {
    let piece = try await Blocking.run { try archive.read(ordinal, count: OpenFile.pieceLength) }
    return piece.readableBytes > 0 ? piece : nil
  }
}

/// libarchive converts names to the character set of the calling thread's locale.
private enum Locale {
  static func utf8<Result>(_ body: () -> Result) -> Result {
    guard let locale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil) else { return body() }
    defer { freelocale(locale) }
    let previous = uselocale(locale)
    defer { uselocale(previous) }
    return body()
  }
}
