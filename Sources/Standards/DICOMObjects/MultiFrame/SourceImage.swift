import DICOM

/// An image, or frames of one, that something was derived from (PS3.3 §C.7.6.16.2.6).
public struct SourceImage: Hashable, Sendable {
  public var instance: InstanceReference
  /// Frame numbers from 1; empty for the whole image.
  public var frames: [Int]
  /// CID 7202.
  public var purpose: CodedConcept

  public init(
    _ instance: InstanceReference, frames: [Int] = [],
    purpose: CodedConcept = .sourceImageForImageProcessingOperation
  ) {
    self.instance = instance
    self.frames = frames
    self.purpose = purpose
  }
}

extension SourceImage: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    instance = try InstanceReference(item: item)
    frames = item.ints(.referencedFrameNumber)
    purpose = try item.concept(.purposeOfReferenceCodeSequence) ?? .sourceImageForImageProcessingOperation
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try instance.write(to: &writer)
    if !frames.isEmpty { try writer.put(.referencedFrameNumber, .is, ints: frames) }
    try writer.put(.purposeOfReferenceCodeSequence, item: purpose)
  }
}

extension FunctionalGroupReader {
  /// The source images of a frame.
  func sources(frame: Int) throws(ObjectError) -> [SourceImage] {
    var sources: [SourceImage] = []
    guard frames.indices.contains(frame) else { return [] }
    for derivation in frames[frame].items(.derivationImageSequence) {
      sources += try derivation.values(.sourceImageSequence)
    }
    return sources
  }
}
