public import ArchiveCore

/// Why a file call failed.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    case notFound
    case alreadyThere
    /// The disk or the quota is full.
    case outOfSpace
    /// Another process holds the lock.
    case locked
    /// Anything else that the system said no to; the number is its `errno`.
    case system(Int32)
  }

  public var code: Code
  /// What was tried: "write", "sync", "rename" …
  public var operation: String
  public var path: String
  /// More, in few words; may be empty.
  public var detail: String

  public init(_ code: Code, _ operation: String, _ path: String, detail: String = "") {
    self.code = code
    self.operation = operation
    self.path = path
    self.detail = detail
  }

  public var description: String {
    let reason =
      switch code {
      case .notFound: "not there"
      case .alreadyThere: "already there"
      case .outOfSpace: "no space left"
      case .locked: "locked"
      case .system(let number): "error \(number)"
      }
    return "\(operation) \(path): \(reason)\(detail.isEmpty ? "" : ", \(detail)")"
  }

  /// As the core understands it.
  public var asArchiveError: ArchiveError {
    switch code {
    case .notFound: ArchiveError(.notFound, description)
    case .outOfSpace: ArchiveError(.outOfSpace, description)
    case .alreadyThere, .locked, .system: ArchiveError(.unavailable, description)
    }
  }
}

/// Carries out file calls and says what went wrong in the core's words.
func translatingFileErrors<Value>(_ body: () throws -> Value) throws(ArchiveError) -> Value {
  do {
    return try body()
  } catch let error as FileError {
    throw error.asArchiveError
  } catch let error as ArchiveError {
    throw error
  } catch {
    throw ArchiveError(.unavailable, "\(error)")
  }
}
