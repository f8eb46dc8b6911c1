import DICOM
import NIOCore
import TestKit

/// A multi-frame object of any size whose bytes are made as they are taken.
struct LargeObject: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  static let frameLength = 1024 * 1024
  /// Frames that differ from each other; they repeat.
  static let differentFrames = 7

  let frames: Int
  /// What stands before the first frame: the header of a data set or of a whole file, or a multipart's head as well.
  let head: [UInt8]
  /// What follows the last frame.
  let tail: [UInt8]
  private let pool: [ByteBuffer]

  let instance: SmallObject

  /// - Parameters:
  ///   - asFile: with file meta information.
  ///   - before: bytes to send first; `after`: bytes to send last.
  init(frames: Int, number: Int, asFile: Bool, before: [UInt8] = [], after: [UInt8] = []) throws {
    self.frames = frames
    var object = SmallObject(study: 900 + number)
    object.sopClass = Sender.multiFrame
    object.rows = 1024
    object.columns = 1024
    instance = object
    var set = object.dataSet
    set[.pixelData] = nil
    set.set(.numberOfFrames, .is, ints: [frames])
    var head = before
    if asFile {
      head += FileMeta.encode(
        sopClass: object.sopClass, sopInstance: UID(rawValue: object.instance),
        transferSyntax: .explicitVRLittleEndian, sourceApplicationEntityTitle: nil)
    }
    head += try DataSetWriter.encode(set, in: .explicitVRLittleEndian)
    head += [0xE0, 0x7F, 0x10, 0x00] + Array("OB".utf8) + [0, 0]
    head += withUnsafeBytes(of: UInt32(truncatingIfNeeded: frames * Self.frameLength).littleEndian) { Array($0) }
    self.head = head
    tail = after
    pool = (0..<Self.differentFrames).map { number in
      ByteBuffer(bytes: (0..<Self.frameLength).map { UInt8(truncatingIfNeeded: $0 &* 3 &+ $0 >> 9 &+ number) })
    }
  }

  var length: Int { head.count + frames * Self.frameLength + tail.count }

  /// The bytes of a frame, numbered from 1.
  func frame(_ number: Int) -> [UInt8] { Array(pool[(number - 1) % Self.differentFrames].readableBytesView) }

  struct AsyncIterator: AsyncIteratorProtocol {
    let object: LargeObject
    var step = 0

    mutating func next() async throws -> ByteBuffer? {
      defer { step += 1 }
      switch step {
      case 0: return ByteBuffer(bytes: object.head)
      case 1...object.frames: return object.pool[(step - 1) % LargeObject.differentFrames]
      case object.frames + 1 where !object.tail.isEmpty: return ByteBuffer(bytes: object.tail)
      default: return nil
      }
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(object: self) }
}
