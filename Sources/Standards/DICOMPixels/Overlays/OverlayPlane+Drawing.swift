extension Canvas {
  /// Draws what lies of an overlay plane within the image. Bits that the data do not have are not set.
  ///
  /// - Parameter samples: where an embedded plane finds its bits; without them it is not drawn.
  mutating func draw(_ plane: OverlayPlane, frameNumber: Int, color: [UInt8], samples: StoredSamples? = nil) {
    let side = 1...Int(UInt16.max)
    guard plane.origin.count == 2, side.contains(plane.rows), side.contains(plane.columns),
      let frame = plane.frame(over: frameNumber)
    else { return }
    let top = plane.origin[0].subtractingReportingOverflow(1).partialValue
    let left = plane.origin[1].subtractingReportingOverflow(1).partialValue
    // What of the plane is over the image; computed so that no origin, however far, leaves 64 bits.
    guard top > -plane.rows, left > -plane.columns, top < height, left < width else { return }
    let rows = max(0, -top)..<min(plane.rows, height - top)
    let columns = max(0, -left)..<min(plane.columns, width - left)
    switch plane.source {
    case .bits(let bits):
      let (first, overflow) = frame.multipliedReportingOverflow(by: plane.rows * plane.columns)
      guard !overflow, first / 8 < bits.count else { return }
      for row in rows {
        for column in columns {
          let bit = first + row * plane.columns + column
          guard bit >> 3 < bits.count, bits[bit >> 3] >> UInt8(bit & 7) & 1 == 1 else { continue }
          set(left + column, top + row, color)
        }
      }
    case .embedded(let position):
      guard let samples, samples.hasUnusedBit(position) else { return }
      for row in rows {
        for column in columns where samples.bit(position, of: row * plane.columns + column) {
          set(left + column, top + row, color)
        }
      }
    }
  }
}

extension StoredSamples {
  /// Whether a bit of the samples is no part of their value.
  func hasUnusedBit(_ position: Int) -> Bool {
    guard description.bitsAllocated == 8 || description.bitsAllocated == 16, position >= 0,
      position < description.bitsAllocated
    else { return false }
    return position > description.highBit || position <= description.highBit - description.bitsStored
  }

  func bit(_ position: Int, of index: Int) -> Bool {
    guard index < count else { return false }
    let place = index * (description.bitsAllocated / 8) + position / 8
    return bytes[place] >> UInt8(position % 8) & 1 == 1
  }
}
