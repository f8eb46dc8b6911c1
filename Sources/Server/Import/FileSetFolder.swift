/// The folder of a DICOMDIR, in which File IDs are looked up.
///
/// A File ID has upper-case letters, digits and underscores only (PS3.10 §8.5). What a burnt disc shows may be in lower
/// case, with the version number of ISO 9660 behind it, or with a dot that its driver put there.
struct FileSetFolder {
  /// Without symbolic links; nothing outside it is ever given.
  private let root: String
  private let bounds: ImportBounds
  private var listings: [String: Listing] = [:]

  private struct Listing {
    var names: Set<String> = []
    /// Names by what is left of them in upper case without version and dot.
    var alike: [String: [String]] = [:]
  }

  /// Blocks.
  init(path: String, bounds: ImportBounds) throws(SystemError) {
    root = try resolvedPath(path)
    self.bounds = bounds
  }

  /// The path of a file, without symbolic links, below this folder. Blocks.
  mutating func path(of fileID: [String]) throws(ImportError) -> String {
    guard (1...FileSet.fileIDComponents).contains(fileID.count), fileID.allSatisfy(FileSetFolder.isPlain) else {
      throw ImportError(.badFileID)
    }
    var path = root
    for component in fileID {
      guard let name = actualName(component, in: path) else { throw ImportError(.missing) }
      path = path == "/" ? "/\(name)" : "\(path)/\(name)"
    }
    let resolved: String
    let status: FileStatus
    do {
      resolved = try resolvedPath(path)
      status = try FileStatus(path: resolved)
    } catch {
      throw ImportError(error.reason)
    }
    guard root == "/" || resolved.utf8.starts(with: "\(root)/".utf8) else { throw ImportError(.outsideFileSet) }
    guard status.kind == .file else { throw ImportError(.notAFile) }
    return resolved
  }

  private static func isPlain(_ component: String) -> Bool {
    !component.isEmpty && component != "." && component != ".."
      && component.utf8.allSatisfy { $0 != 0 && $0 != UInt8(ascii: "/") }
  }

  private mutating func actualName(_ component: String, in folder: String) -> String? {
    let listing = listing(of: folder)
    if listing.names.contains(component) { return component }
    let lowercase = component.lowercased()
    if listing.names.contains(lowercase) { return lowercase }
    return listing.alike[FileSetFolder.bare(component)]?.first
  }

  private mutating func listing(of folder: String) -> Listing {
    if let known = listings[folder] { return known }
    var listing = Listing()
    // A folder that cannot be listed has no files to give.
    if let names = try? FolderListing(path: folder, bounds: bounds).names {
      listing.names = Set(names)
      for name in names { listing.alike[FileSetFolder.bare(name), default: []].append(name) }
    }
    listings[folder] = listing
    return listing
  }

  private static func bare(_ name: String) -> String {
    var bare = name.uppercased()[...]
    if let mark = bare.lastIndex(of: ";"), bare[mark...].dropFirst().allSatisfy(\.isNumber) { bare = bare[..<mark] }
    if bare.last == "." { bare = bare.dropLast() }
    return String(bare)
  }
}
