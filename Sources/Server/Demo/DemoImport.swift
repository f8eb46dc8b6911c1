import ArchiveCore
import NIOCore

/// Studies of the demo as an import takes them, each object made when it is asked for.
struct DemoImport<Studies: Sequence<DemoStudy> & Sendable>: AsyncSequence, Sendable {
  typealias Element = ImportItem

  let studies: Studies

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(studies: studies.makeIterator()) }

  struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var studies: Studies.Iterator
    private var series: [any DemoSeries] = []
    private var position = 0
    private var source: Source?

    fileprivate init(studies: Studies.Iterator) { self.studies = studies }

    mutating func next() async throws -> ImportItem? {
      try Task.checkCancellation()
      while true {
        if let current = series.first {
          if position < current.count {
            defer { position += 1 }
            return .object(ImportObject(current.object(position), from: source))
          }
          series.removeFirst()
          position = 0
        } else if let study = studies.next() {
          series = study.series()
          source = DemoFiller.source(of: study.patient.site)
        } else {
          return nil
        }
      }
    }
  }
}

extension ImportObject {
  /// A demo object, wholly in memory.
  init(_ object: DemoObject, from source: Source?) {
    self.init(
      name: object.name, length: UInt64(object.bytes.count), leniencies: [],
      bytes: ObjectBytes(opening: [ByteBuffer(bytes: object.bytes)], rest: NoPieces()), source: source)
  }
}
