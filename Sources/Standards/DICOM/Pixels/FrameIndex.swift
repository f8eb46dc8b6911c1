/// Where each frame lies in the stream (PS3.5 §8.1.1, §A.4; Extended Offset Table PS3.3 §C.7.6.3.1.8).
public struct FrameIndex: Sendable, Equatable {
  public init(header: DataSet, location: PixelDataLocation, transferSyntax: TransferSyntax) throws(DICOMError) {
    throw DICOMError(.frameBoundaryUnknown, detail: "nothing read")
  }

  /// Reads what `encoded` wrote.
  public init(encoded: [UInt8]) throws(DICOMError) {
    throw DICOMError(.malformed, detail: "nothing read")
  }

  public var count: Int { 0 }

  /// The byte ranges of a frame, counted from 0, in order; empty when there is no such frame.
  public func ranges(frame: Int) -> [Range<UInt64>] { [] }

  /// Bits before the first bit of a native frame in its first byte: not 0 only for 1-bit pixels.
  public func bitOffset(frame: Int) -> Int { 0 }

  /// A compact binary form.
  public var encoded: [UInt8] { [] }
}
