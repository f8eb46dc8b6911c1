import NIOCore

@testable import isocenter

/// An object with its bytes read.
struct Gathered: Equatable {
  var name: String
  var bytes: [UInt8]
  var announced: UInt64?
  var longestPiece: Int
}

/// All that a source gives.
struct Harvest {
  var objects: [Gathered] = []
  var notes: [ImportNote] = []
  var failures: [ImportError] = []

  init(_ source: ImportSource) async throws {
    for try await item in source {
      switch item {
      case .note(let note): notes.append(note)
      case .object(let object):
        do {
          objects.append(try await object.gathered())
        } catch let error as ImportError {
          failures.append(error)
        }
      }
    }
  }

  init(_ paths: String..., bounds: ImportBounds = ImportBounds()) async throws {
    try await self.init(ImportSource(paths: paths, bounds: bounds))
  }

  var names: [String] { objects.map { $0.name.split(separator: "/").last.map(String.init) ?? $0.name } }
  var reasons: [ImportNote.Reason] { notes.map(\.reason) }
}

extension ImportObject {
  func gathered() async throws -> Gathered {
    var all: [UInt8] = []
    var longest = 0
    for try await piece in bytes {
      longest = max(longest, piece.readableBytes)
      all.append(contentsOf: piece.readableBytesView)
    }
    return Gathered(name: name, bytes: all, announced: length, longestPiece: longest)
  }
}
