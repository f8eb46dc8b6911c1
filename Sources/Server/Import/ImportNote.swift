/// Something an import met that did not become an object, and why.
struct ImportNote: Sendable, Equatable {
  enum Reason: Sendable, Equatable {
    /// Neither a Part 10 file nor a data set that says what it is.
    case notDICOM
    /// The DICOMDIR of a file-set whose files are met themselves (PS3.10 §8).
    case directoryOfFileSet
    /// A directory record that is not in use (PS3.3 §F.3.2.2).
    case inactiveRecord
    /// A symbolic link inside an archive, a device, a socket or a pipe.
    case notAFile
    /// A folder that was visited before, by another way.
    case folderAgain
    /// A ZIP archive inside a ZIP archive; only the outer one is opened.
    case nestedArchive
    /// An entry of an archive that needs a password.
    case encrypted
    /// There is nothing at this path.
    case missing
    /// A Referenced File ID (0004,1500) that names no file below its DICOMDIR: empty, `.` or `..`, with a slash or a
    /// NUL, too deep (PS3.10 §8.2).
    case badFileID
    /// A Referenced File ID that leads out of the DICOMDIR's folder through a symbolic link.
    case outsideFileSet
    /// The system would not give it.
    case unreadable(String)
    /// The archive or DICOMDIR is damaged.
    case damaged(String)
    /// A bound was exceeded; the rest was not read.
    case limitExceeded(String)
  }

  /// Path, or archive and entry.
  var name: String
  var reason: Reason
}

extension ImportNote.Reason {
  /// Whether an object that somebody meant to be imported was not; otherwise it was passed over rightly.
  var isProblem: Bool {
    switch self {
    case .notDICOM, .directoryOfFileSet, .inactiveRecord, .notAFile, .folderAgain: false
    case .nestedArchive, .encrypted, .missing, .badFileID, .outsideFileSet, .unreadable, .damaged, .limitExceeded: true
    }
  }
}

extension ImportNote.Reason: CustomStringConvertible {
  var description: String {
    switch self {
    case .notDICOM: "not DICOM"
    case .directoryOfFileSet: "a DICOMDIR; its files are read themselves"
    case .inactiveRecord: "a directory record that is not in use"
    case .notAFile: "not a file"
    case .folderAgain: "a folder visited before"
    case .nestedArchive: "an archive inside an archive is not opened"
    case .encrypted: "encrypted"
    case .missing: "no such file"
    case .badFileID: "not a file ID that PS3.10 §8.2 allows"
    case .outsideFileSet: "leads out of the folder of its DICOMDIR"
    case .unreadable(let why): "cannot be read: \(why)"
    case .damaged(let why): "damaged: \(why)"
    case .limitExceeded(let bound): "limit exceeded: \(bound)"
    }
  }
}
