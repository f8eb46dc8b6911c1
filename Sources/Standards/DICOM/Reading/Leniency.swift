/// A deviation from the standard that a reader tolerates, by name.
public enum Leniency: String, Hashable, Sendable, CaseIterable {
  /// No 128-byte preamble before `DICM` or the file meta information (PS3.10 §7.1).
  case missingPreamble
  /// No file meta information: the encoding was guessed from the first element.
  case missingFileMeta
  /// No File Meta Information Group Length (0002,0000).
  case missingMetaGroupLength
  /// File Meta Information Group Length (0002,0000) does not lead to the end of group 0002.
  case wrongMetaGroupLength
  /// The file meta information is in implicit VR.
  case implicitFileMeta
  /// No Transfer Syntax UID (0002,0010): the encoding was guessed from the first element.
  case missingTransferSyntax
  /// The transfer syntax says explicit VR, the data set is in implicit VR.
  case implicitDataSetInExplicit
  /// The transfer syntax says implicit VR, the data set is in explicit VR.
  case explicitDataSetInImplicit
  /// The byte order is not the one of the transfer syntax.
  case wrongByteOrder
  /// The transfer syntax says deflated, the data set is not.
  case dataSetNotDeflated
  /// A VR code that is not in PS3.5 §6.2; the dictionary decided.
  case unknownVR
  /// An element without VR among elements with one.
  case implicitElementInExplicit
  /// A sequence item in implicit VR within explicit VR.
  case implicitItemInExplicit
  /// An item in explicit VR within a UN of undefined length, which has implicit VR by PS3.5 §6.2.2.
  case explicitItemInUnknown
  /// An undefined length for a VR that does not allow it (PS3.5 §7.1.2); read as a sequence.
  case undefinedLengthValue
  /// Elements not in ascending order of tag.
  case elementsOutOfOrder
  /// A tag twice in one data set; the last one stays.
  case duplicateElement
  /// The content of an item or sequence ends beyond its length.
  case lengthMismatch
  /// A delimiter without its item or sequence.
  case strayDelimiter
  /// The reserved bytes behind a VR with a 32-bit length are not zero (PS3.5 §7.1.2).
  case reservedBytesSet
  /// A delimiter with a length other than zero (PS3.5 §7.5).
  case delimiterWithLength
  /// A group length (gggg,0000) that does not lead to the end of its group (PS3.5 §7.2).
  case wrongGroupLength
  /// A value of odd length (PS3.5 §7.1.1).
  case oddLength
  /// The stream ended early and the caller asked for what there was.
  case truncatedStream
  /// Zeros after the last element.
  case trailingBytes
  /// The encapsulated pixel data lacks its Basic Offset Table item (PS3.5 §A.4).
  case missingBasicOffsetTable
  /// Frames were told apart by the markers at the beginning of fragments, as the Basic Offset Table is empty.
  case frameOffsetsFromMarkers
}

/// The first use of a leniency in a stream.
public struct Finding: Hashable, Sendable, CustomStringConvertible {
  public var leniency: Leniency
  public var tag: Tag?
  /// Bytes from the start of the stream.
  public var offset: UInt64

  public init(leniency: Leniency, tag: Tag?, offset: UInt64) {
    self.leniency = leniency
    self.tag = tag
    self.offset = offset
  }

  public var description: String {
    "\(leniency.rawValue) at \(tag.map { "\($0), " } ?? "")byte \(offset)"
  }
}
