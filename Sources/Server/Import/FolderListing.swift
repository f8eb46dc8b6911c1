import Glibc

/// The entries of a folder, hidden ones left out, in the order of their names.
struct FolderListing: Sendable {
  var names: [String]
  /// What could not be taken in, if anything.
  var notes: [ImportNote] = []

  /// Blocks.
  init(path: String, bounds: ImportBounds) throws(SystemError) {
    names = []
    guard let folder = opendir(path) else { throw SystemError() }
    defer { closedir(folder) }
    while true {
      errno = 0
      guard let entry = readdir(folder) else {
        if errno != 0 { throw SystemError() }
        break
      }
      let bytes = FolderListing.name(of: entry)
      guard let first = bytes.first, first != UInt8(ascii: ".") else { continue }
      guard let name = String(validating: bytes, as: UTF8.self) else {
        let shown = String(decoding: bytes, as: UTF8.self).printable
        notes.append(ImportNote(name: "\(path)/\(shown)", reason: .unreadable("its name is not UTF-8")))
        continue
      }
      guard names.count < bounds.folderEntries else {
        notes.append(ImportNote(name: path, reason: .limitExceeded("\(bounds.folderEntries) entries of a folder")))
        break
      }
      names.append(name)
    }
    names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func name(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
    withUnsafeBytes(of: &entry.pointee.d_name) { field in
      Array(field.prefix { $0 != 0 })
    }
  }
}
