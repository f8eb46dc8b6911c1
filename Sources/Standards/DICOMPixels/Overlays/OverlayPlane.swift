public import DICOM

/// A bitmap over an image: one of its repeating groups 6000 to 601E (PS3.3 §C.9.2).
public struct OverlayPlane: Hashable, Sendable {
  /// The groups there can be (PS3.5 §7.6).
  public static let groups: [UInt16] = (0..<16).map { 0x6000 + 2 * $0 }

  /// The longest Overlay Data worth reading, in bytes: one frame over the largest image.
  public static let maximumLength = ImageDescription.maximumPixelsPerFrame / 8

  /// Where the bits are.
  public enum Source: Hashable, Sendable {
    /// Overlay Data (60xx,3000): rows after each other without padding, the first pixel in the least significant bit.
    case bits([UInt8])
    /// Overlay Bit Position (60xx,0102), in each sample of the pixel data, as until 2004 (PS3.5-2004 §8.1.2).
    case embedded(position: Int)
  }

  public var group: UInt16
  public var rows: Int
  public var columns: Int
  /// Overlay Origin (60xx,0050): row and column, from 1, of the image's pixel under the first one; may lie outside.
  public var origin: [Int]
  /// Number of Frames in Overlay (60xx,0015); nil for one that is over every frame.
  public var numberOfFrames: Int?
  /// Image Frame Origin (60xx,0051): the frame of the image that the first one is over.
  public var firstFrame: Int
  /// Overlay Type (60xx,0040) R: marks a region rather than drawing.
  public var isRegionOfInterest: Bool
  public var source: Source

  public init(
    group: UInt16, rows: Int, columns: Int, origin: [Int] = [1, 1], numberOfFrames: Int? = nil, firstFrame: Int = 1,
    isRegionOfInterest: Bool = false, source: Source
  ) {
    self.group = group
    self.rows = rows
    self.columns = columns
    self.origin = origin
    self.numberOfFrames = numberOfFrames
    self.firstFrame = firstFrame
    self.isRegionOfInterest = isRegionOfInterest
    self.source = source
  }

  /// Reads a plane; nil when the data set does not have it.
  ///
  /// - Throws: `PixelError` with code `.lookupTableNotHeld` when its bits lie in the stored object,
  ///   `.missingAttribute` when it has neither bits nor a place in the samples, `.invalidAttribute` for its size.
  public init?(_ dataSet: DataSet, group: UInt16) throws(PixelError) {
    guard let rows = dataSet.int(Tag(group, 0x0010)), let columns = dataSet.int(Tag(group, 0x0011)) else { return nil }
    let side = 1...Int(UInt16.max)
    guard side.contains(rows), side.contains(columns) else {
      throw PixelError(.invalidAttribute, tag: Tag(group, 0x0010), "sides of 1 to 65535")
    }
    let origin = dataSet.ints(Tag(group, 0x0050))
    let data = Tag(group, 0x3000)
    let source: Source
    if dataSet.contains(data) {
      source = .bits(try dataSet.heldBytes(data))
    } else if let position = dataSet.int(Tag(group, 0x0102)), (dataSet.int(Tag(group, 0x0100)) ?? 1) > 1 {
      source = .embedded(position: position)
    } else {
      throw PixelError(.missingAttribute, tag: data, "needed to show the overlay")
    }
    self.init(
      group: group, rows: rows, columns: columns, origin: origin.count == 2 ? origin : [1, 1],
      numberOfFrames: dataSet.int(Tag(group, 0x0015)), firstFrame: dataSet.int(Tag(group, 0x0051)) ?? 1,
      isRegionOfInterest: dataSet.string(Tag(group, 0x0040)) == "R", source: source)
  }

  /// The planes that can be read; others are passed over: an overlay that is damaged hides no image.
  static func readable(_ dataSet: DataSet) -> [OverlayPlane] {
    groups.compactMap { group in (try? OverlayPlane(dataSet, group: group)) ?? nil }
  }
}

extension OverlayPlane {
  /// Which of its frames is over a frame of the image, from 0; nil when none is.
  func frame(over frameNumber: Int) -> Int? {
    guard let numberOfFrames else { return 0 }
    let (frame, overflow) = frameNumber.subtractingReportingOverflow(firstFrame)
    return !overflow && frame >= 0 && frame < numberOfFrames ? frame : nil
  }
}
