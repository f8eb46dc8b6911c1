/// Frames of unsigned samples of 1, 8 or 16 bits, one after another as in native Pixel Data (PS3.5 §8.1.1, §8.2).
///
/// Frames of single bits follow each other without padding: a frame may begin within a byte. They stay packed until a
/// frame is asked for.
public struct PackedFrames: Hashable, Sendable {
  /// 1, 8 or 16.
  public let bitsAllocated: Int
  public let pixelsPerFrame: Int
  public let count: Int
  /// Little endian, of even length; unused bits are 0.
  let bytes: [UInt8]

  /// Most pixels of a frame: sixteen bits of rows and columns.
  static let maximumPixelsPerFrame = 65_535 * 65_535

  /// Packs frames.
  ///
  /// - Parameters:
  ///   - frames: rows × columns samples each, none of them above 2^bitsAllocated − 1.
  ///   - bitsAllocated: 1, 8 or 16.
  ///   - pixelsPerFrame: rows × columns.
  /// - Returns: nil when frames have other sizes or a sample is too large.
  public init?(_ frames: [[UInt16]], bitsAllocated: Int, pixelsPerFrame: Int) {
    guard [1, 8, 16].contains(bitsAllocated), pixelsPerFrame > 0,
      pixelsPerFrame <= PackedFrames.maximumPixelsPerFrame,
      frames.allSatisfy({ $0.count == pixelsPerFrame && $0.allSatisfy { Int($0) >> bitsAllocated == 0 } })
    else { return nil }
    self.bitsAllocated = bitsAllocated
    self.pixelsPerFrame = pixelsPerFrame
    count = frames.count
    var bytes: [UInt8] = []
    switch bitsAllocated {
    case 1:
      bytes = [UInt8](repeating: 0, count: (frames.count * pixelsPerFrame + 7) / 8)
      var position = 0
      for frame in frames {
        for sample in frame {
          if sample != 0 { bytes[position >> 3] |= 1 << UInt8(position & 7) }
          position += 1
        }
      }
    case 8:
      for frame in frames { bytes += frame.map { UInt8(truncatingIfNeeded: $0) } }
    default:
      for frame in frames {
        for sample in frame {
          bytes.append(UInt8(truncatingIfNeeded: sample))
          bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
        }
      }
    }
    if bytes.count % 2 == 1 { bytes.append(0) }
    self.bytes = bytes
  }

  /// Takes bytes as they lie in Pixel Data.
  ///
  /// - Returns: nil when they are fewer than the frames need.
  init?(bytes: [UInt8], bitsAllocated: Int, pixelsPerFrame: Int, count: Int) {
    guard [1, 8, 16].contains(bitsAllocated), pixelsPerFrame > 0,
      pixelsPerFrame <= PackedFrames.maximumPixelsPerFrame, count > 0
    else { return nil }
    let (pixels, overflow) = pixelsPerFrame.multipliedReportingOverflow(by: count)
    let (bits, overflows) = pixels.multipliedReportingOverflow(by: bitsAllocated)
    guard !overflow, !overflows, bits <= Int.max - 7, bytes.count >= (bits + 7) / 8 else { return nil }
    self.bitsAllocated = bitsAllocated
    self.pixelsPerFrame = pixelsPerFrame
    self.count = count
    var used = Array(bytes.prefix((bits + 7) / 8))
    if bits % 8 != 0 { used[used.count - 1] &= (1 << UInt8(bits % 8)) - 1 }
    if used.count % 2 == 1 { used.append(0) }
    self.bytes = used
  }

  /// The samples of a frame counted from 0, row by row; empty when there is no such frame.
  public func samples(frame: Int) -> [UInt16] {
    guard frame >= 0, frame < count else { return [] }
    let start = frame * pixelsPerFrame
    return [UInt16](unsafeUninitializedCapacity: pixelsPerFrame) { buffer, filled in
      for index in 0..<pixelsPerFrame {
        let position = start + index
        switch bitsAllocated {
        case 1: buffer[index] = UInt16(bytes[position >> 3] >> UInt8(position & 7) & 1)
        case 8: buffer[index] = UInt16(bytes[position])
        default: buffer[index] = UInt16(bytes[position * 2]) | UInt16(bytes[position * 2 + 1]) << 8
        }
      }
      filled = pixelsPerFrame
    }
  }
}
