import NIOCore

/// What an import meets, one after the other.
enum ImportItem: Sendable {
  case object(ImportObject)
  case note(ImportNote)
}

/// The objects in files, folders, ZIP archives and the file-sets of DICOMDIRs, in the order given and within a folder
/// in the order of names.
///
/// Nothing is held but the piece being read. A folder is followed through symbolic links, each folder once; hidden
/// files are passed over. A DICOMDIR that is named itself gives the files it refers to; one met in a folder is only
/// compared with what is there, as the folder gives its files anyway.
struct ImportSource: AsyncSequence, Sendable {
  typealias Element = ImportItem

  let paths: [String]
  let bounds: ImportBounds

  init(paths: [String], bounds: ImportBounds = ImportBounds()) {
    self.paths = paths
    self.bounds = bounds
  }

  func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(
      bounds: bounds, work: paths.reversed().map { .path($0, of: .request, depth: 0) }, visited: [])
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    /// Why a path is looked at.
    fileprivate enum Origin {
      case request, folder, fileSet
    }

    fileprivate enum Work {
      case path(String, of: Origin, depth: Int)
      /// Names still to come, the next one last.
      case folder(String, names: [String], depth: Int)
      case archive(ZIPArchive, name: String)
      case note(ImportNote)
    }

    fileprivate let bounds: ImportBounds
    /// A stack: what comes next is last.
    fileprivate var work: [Work]
    fileprivate var visited: Set<FileStatus.Identity>

    mutating func next() async throws -> ImportItem? {
      while let next = work.popLast() {
        try Task.checkCancellation()
        switch next {
        case .note(let note):
          return .note(note)
        case .path(let path, let origin, let depth):
          if let item = try await look(at: path, of: origin, depth: depth) { return item }
        case .folder(let path, var names, let depth):
          guard let name = names.popLast() else { continue }
          work.append(.folder(path, names: names, depth: depth))
          let entry = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
          work.append(.path(entry, of: .folder, depth: depth))
        case .archive(let archive, let name):
          if let item = try await nextEntry(of: archive, name) { return item }
        }
      }
      return nil
    }

    // MARK: Paths

    private mutating func look(at path: String, of origin: Origin, depth: Int) async throws -> ImportItem? {
      let name = path.printable
      let probe = try await Blocking.run { Probe(path: path) }
      switch probe {
      case .failed(let reason):
        return .note(ImportNote(name: name, reason: reason))
      case .folder(let identity):
        guard origin != .fileSet else { return .note(ImportNote(name: name, reason: .notAFile)) }
        return try await open(folder: path, identity, depth: depth)
      case .file(let file, let opening, let form):
        switch form {
        case .directory where origin == .request:
          return try await open(directory: file, at: path)
        case .directory:
          if origin == .folder { try await compare(directory: file, at: path) }
          return .note(ImportNote(name: name, reason: .directoryOfFileSet))
        case .archive where origin != .fileSet:
          return try await open(archive: file, name)
        default:
          let rest = FilePieces(file, from: UInt64(opening.readableBytes))
          return ImportItem(name: name, form: form, opening: opening, length: file.status.length, rest: rest)
        }
      }
    }

    private mutating func open(
      folder path: String, _ identity: FileStatus.Identity, depth: Int
    ) async throws -> ImportItem? {
      let name = path.printable
      guard visited.insert(identity).inserted else { return .note(ImportNote(name: name, reason: .folderAgain)) }
      guard depth < bounds.folderDepth else {
        return .note(ImportNote(name: name, reason: .limitExceeded("\(bounds.folderDepth) folders deep")))
      }
      let bounds = bounds
      let listing = try await Blocking.run { Result { try FolderListing(path: path, bounds: bounds) } }
      switch listing {
      case .success(let listing):
        work.append(.folder(path, names: listing.names.reversed(), depth: depth + 1))
        work.append(contentsOf: listing.notes.map { .note($0) })
        return nil
      case .failure(let error):
        let reason = (error as? SystemError)?.reason ?? .unreadable("\(type(of: error))")
        return .note(ImportNote(name: name, reason: reason))
      }
    }

    // MARK: File-sets

    private mutating func open(directory file: OpenFile, at path: String) async throws -> ImportItem? {
      let found = try await lookUp(directory: file, at: path)
      for item in found.reversed() {
        switch item {
        case .file(let path): work.append(.path(path, of: .fileSet, depth: 0))
        case .note(let note): work.append(.note(note))
        }
      }
      return nil
    }

    /// Notes what a DICOMDIR refers to in vain.
    private mutating func compare(directory file: OpenFile, at path: String) async throws {
      for item in try await lookUp(directory: file, at: path).reversed() {
        if case .note(let note) = item, note.reason.isProblem { work.append(.note(note)) }
      }
    }

    private enum FileSetItem: Sendable {
      case file(String)
      case note(ImportNote)
    }

    private func lookUp(directory file: OpenFile, at path: String) async throws -> [FileSetItem] {
      let bounds = bounds
      return try await Blocking.run {
        do {
          let fileSet = try FileSet(directory: file, bounds: bounds)
          var folder = try FileSetFolder(path: path.folderOfFile, bounds: bounds)
          var given: Set<String> = []
          return fileSet.references.compactMap { reference in
            let name = "\(path): \(reference.name)".printable
            guard reference.isInUse else { return .note(ImportNote(name: name, reason: .inactiveRecord)) }
            do throws(ImportError) {
              let found = try folder.path(of: reference.components)
              return given.insert(found).inserted ? .file(found) : nil
            } catch {
              return .note(ImportNote(name: name, reason: error.reason))
            }
          }
        } catch {
          let reason = (error as? ImportError)?.reason ?? (error as? SystemError)?.reason
          return [.note(ImportNote(name: path.printable, reason: reason ?? .unreadable("\(type(of: error))")))]
        }
      }
    }

    // MARK: Archives

    private mutating func open(archive file: OpenFile, _ name: String) async throws -> ImportItem? {
      let bounds = bounds
      do {
        work.append(.archive(try await Blocking.run { try ZIPArchive(file, bounds: bounds) }, name: name))
        return nil
      } catch let error as ImportError {
        return .note(ImportNote(name: name, reason: error.reason))
      }
    }

    private mutating func nextEntry(of archive: ZIPArchive, _ archiveName: String) async throws -> ImportItem? {
      let found: ZIPArchive.Entry?
      do {
        found = try await Blocking.run { try archive.nextEntry() }
      } catch let error as ImportError {
        // Nothing more can be had from it.
        return .note(ImportNote(name: archiveName, reason: error.reason))
      }
      guard let entry = found else { return nil }
      work.append(.archive(archive, name: archiveName))
      if entry.isHidden || entry.kind == .folder { return nil }
      let name = "\(archiveName): \(entry.name)"
      if entry.kind == .other { return .note(ImportNote(name: name, reason: .notAFile)) }
      if entry.isEncrypted { return .note(ImportNote(name: name, reason: .encrypted)) }
      let opening: ByteBuffer
      do {
        opening = try await Blocking.run { try archive.read(entry.ordinal, count: FileForm.openingLength) }
      } catch let error as ImportError {
        if case .limitExceeded = error.reason { work.removeLast() }
        return .note(ImportNote(name: name, reason: error.reason))
      }
      switch FileForm(opening: opening) {
      case .archive: return .note(ImportNote(name: name, reason: .nestedArchive))
      case .directory: return .note(ImportNote(name: name, reason: .directoryOfFileSet))
      case let form:
        return ImportItem(
          name: name, form: form, opening: opening, length: entry.length,
          rest: ZIPEntryPieces(archive: archive, ordinal: entry.ordinal))
      }
    }
  }
}

/// What is at a path.
private enum Probe: Sendable {
  case folder(FileStatus.Identity)
  case file(OpenFile, opening: ByteBuffer, form: FileForm)
  case failed(ImportNote.Reason)

  /// Blocks.
  init(path: String) {
    do throws(SystemError) {
      let status = try FileStatus(path: path)
      switch status.kind {
      case .folder:
        self = .folder(status.identity)
      case .file:
        let file = try OpenFile(path: path)
        let opening = try file.read(at: 0, count: FileForm.openingLength)
        self = .file(file, opening: opening, form: FileForm(opening: opening))
      case .link, .other:
        self = .failed(.notAFile)
      }
    } catch {
      self = .failed(error.reason)
    }
  }
}

extension ImportItem {
  /// A file or entry of a form that is an object, or the note that it is none.
  fileprivate init(name: String, form: FileForm, opening: ByteBuffer, length: UInt64?, rest: any PieceReader) {
    switch form {
    case .part10:
      let bytes = ObjectBytes(opening: [opening], rest: rest)
      self = .object(ImportObject(name: name, length: length, leniencies: [], bytes: bytes))
    case .repaired(let prefix, let dropping, let leniencies):
      var kept = opening
      kept.moveReaderIndex(forwardBy: min(dropping, kept.readableBytes))
      let whole = length.flatMap { $0 >= UInt64(dropping) ? $0 - UInt64(dropping) + UInt64(prefix.count) : nil }
      let bytes = ObjectBytes(opening: [ByteBuffer(bytes: prefix), kept], rest: rest)
      self = .object(ImportObject(name: name, length: whole, leniencies: leniencies, bytes: bytes))
    case .archive:
      self = .note(ImportNote(name: name, reason: .nestedArchive))
    case .directory, .foreign:
      self = .note(ImportNote(name: name, reason: .notDICOM))
    }
  }
}

extension String {
  /// The folder that a file's path names.
  fileprivate var folderOfFile: String {
    guard let slash = lastIndex(of: "/") else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }
}
