public import ArchiveCore
import DICOM
public import DICOMPixels
import NIOCore

/// Gives stored instances in transfer syntaxes they are not stored in (PS3.5 §10), and keeps the costly part of that for
/// the next one who asks: pixels alone, by the digest of the payload they were made from. Headers are composed anew each
/// time, so a correction is in the next answer.
public struct InstanceTranscoder: Sendable {
  /// Bytes of transcoded pixel data kept in scratch space, when nothing is configured.
  public static let standardCacheBytes = 2 * 1024 * 1024 * 1024
  /// Bytes of decoded frames kept in memory, when nothing is configured.
  public static let standardFrameBytes = 128 * 1024 * 1024
  /// Longest payload that is transcoded in memory: what is stored or wanted deflated, or in big endian.
  public static let maximumHeldLength: UInt64 = 128 * 1024 * 1024

  /// Pixel data in scratch space, and what it is.
  public struct Pixels: Sendable {
    let file: any ScratchFile
    let description: TranscodedPixels

    /// What keeping it costs.
    public static func cost(_ pixels: Pixels) -> Int {
      Int(clamping: pixels.description.length) &+ pixels.description.cost
    }
  }

  public typealias PixelCache = DerivedCache<Pixels>
  public typealias FrameCache = DerivedCache<DecodedFrame>

  let archive: Archive
  let codecs: any FrameCoding
  let scratch: any ScratchSpace
  let pixels: PixelCache
  let frames: FrameCache

  /// - Parameters:
  ///   - codecs: who decodes and encodes frames.
  ///   - scratch: where transcoded pixel data is kept.
  ///   - pixels: what was transcoded lately.
  ///   - frames: what was decoded lately.
  public init(
    archive: Archive, codecs: any FrameCoding = InProcessCodecs(), scratch: any ScratchSpace = InMemoryScratchSpace(),
    pixels: PixelCache = PixelCache(limit: InstanceTranscoder.standardFrameBytes, cost: Pixels.cost),
    frames: FrameCache = FrameCache(limit: InstanceTranscoder.standardFrameBytes) { $0.samples.count }
  ) {
    self.archive = archive
    self.codecs = codecs
    self.scratch = scratch
    self.pixels = pixels
    self.frames = frames
  }

  /// Whether an instance may be had in a syntax, as far as the syntaxes tell; its frames may still refuse.
  ///
  /// - Parameter losing: whether encoding with loss is allowed.
  func canGive(_ reference: InstanceReference, in target: TransferSyntax, losing: Bool = false) -> Bool {
    let stored = reference.storedSyntax
    if stored == target { return true }
    guard !stored.isVideo, !target.isVideo, target != .explicitVRBigEndian else { return false }
    if stored.isEncapsulated, !FrameCodecs.canDecode(stored) { return false }
    guard target.isEncapsulated else { return TransferSyntax.native.contains(target) }
    return reference.frames != nil && FrameCodecs.canEncode(target) && (losing || FrameCodecs.isLossless(target))
  }

  /// An instance's data set, without file meta information.
  ///
  /// - Throws: `PixelError` when its frames cannot be brought into the syntax, `ArchiveError` and `DICOMError` when the
  ///   object cannot be read.
  func dataSet(of reference: InstanceReference, in target: TransferSyntax) async throws -> TranscodedInstance {
    let stored = reference.storedSyntax
    let isCopied = stored == target || (stored.isSimplyNative && target.isSimplyNative)
    if isCopied {
      return instance(reference, target, try await archive.dataSet(of: reference, in: target))
    }
    let isHeld = { (syntax: TransferSyntax) in !syntax.isEncapsulated && !syntax.isSimplyNative }
    if isHeld(stored) || isHeld(target) { return try await held(reference, in: target) }
    let header = try await archive.header(of: reference)
    guard let location = header.pixelData else {
      // There are no frames to be encapsulated, and what is uncompressed is one syntax in all encapsulated ones.
      guard !target.isEncapsulated else {
        throw PixelError(.unsupported, "an object without pixel data has no frames to be encapsulated")
      }
      let believed = archive.believed(header.dataSet, of: reference)
      return instance(
        reference, target, try DataSetWriter.segments(of: believed, in: target, from: .explicitVRLittleEndian))
    }
    let made = try await transcodedPixels(of: reference, header, location, in: target)
    return try compose(reference, header.dataSet, made, in: target)
  }

  /// An instance as a Part 10 file.
  func file(of reference: InstanceReference, in target: TransferSyntax) async throws -> TranscodedInstance {
    if target == reference.storedSyntax {
      return instance(reference, target, try await archive.file(of: reference))
    }
    var instance = try await dataSet(of: reference, in: target)
    let prefix = FileMeta.encode(
      sopClass: UID(rawValue: reference.sopClass), sopInstance: UID(rawValue: reference.instance.value),
      transferSyntax: target)
    instance.pieces.insert(.stored(.bytes(prefix)), at: 0)
    return instance
  }

  private func instance(
    _ reference: InstanceReference, _ syntax: TransferSyntax, _ segments: [DataSetSegment]
  ) -> TranscodedInstance {
    TranscodedInstance(reference: reference, syntax: syntax, pieces: segments.map(TranscodedInstance.Piece.stored))
  }

  // MARK: Frame by frame

  private func transcodedPixels(
    of reference: InstanceReference, _ header: Header, _ location: PixelDataLocation, in target: TransferSyntax
  ) async throws -> Pixels {
    try await pixels.value(PixelCache.Key(reference.digest, target.formName)) {
      let index = try Self.index(header, location)
      let file = try await scratch.makeFile()
      let plan = FrameTranscoder.Plan(
        header: header.dataSet, index: index, from: header.transferSyntax, to: target)
      let description = try await FrameTranscoder(codecs: codecs).transcode(plan) { frame in
        let ranges = index.ranges(frame: frame).map(DataSetSegment.payload)
        let bytes = try await archive.collect(reference, ranges)
        return StoredFrame(Array(bytes.readableBytesView), bitOffset: index.bitOffset(frame: frame))
      } write: { piece in
        try await file.append(piece)
      }
      return Pixels(file: file, description: description)
    }
  }

  private static func index(_ header: Header, _ location: PixelDataLocation) throws(PixelError) -> FrameIndex {
    do {
      return try FrameIndex(header: header.dataSet, location: location, transferSyntax: header.transferSyntax)
    } catch {
      throw PixelError(.unsupported, tag: .pixelData, "the frames cannot be told apart: \(error.code)")
    }
  }

  private func compose(
    _ reference: InstanceReference, _ stated: DataSet, _ made: Pixels, in target: TransferSyntax
  ) throws -> TranscodedInstance {
    var dataSet = archive.believed(stated, of: reference)
    let table = made.description.describe(&dataSet)
    let head = try target.pixelDataHead(vr: made.description.vr, length: UInt64(table.count) + made.description.length)
    var (before, after) = (dataSet, dataSet)
    for element in dataSet {
      if element.tag >= .pixelData { before[element.tag] = nil }
      if element.tag <= .pixelData { after[element.tag] = nil }
    }
    // Encapsulated or not, the data set around the frames is written as its uncompressed syntax (PS3.5 §A.4).
    let (from, to) = (reference.storedSyntax.around, target.around)
    var pieces = try DataSetWriter.segments(of: before, in: to, from: from).map(TranscodedInstance.Piece.stored)
    pieces.append(.stored(.bytes(head + table)))
    pieces.append(.pixels(made.file, length: made.description.length))
    if target.isEncapsulated { pieces.append(.stored(.bytes(TransferSyntax.sequenceDelimiter))) }
    pieces += try DataSetWriter.segments(of: after, in: to, from: from).map(TranscodedInstance.Piece.stored)
    return TranscodedInstance(reference: reference, syntax: target, pieces: pieces)
  }

  // MARK: In memory

  /// The few whose values cannot be taken over as they lie: inflated, or in the other byte order.
  private func held(_ reference: InstanceReference, in target: TransferSyntax) async throws -> TranscodedInstance {
    guard reference.location.length <= Self.maximumHeldLength else {
      throw ArchiveError(
        .limitExceeded, "an object of more than \(Self.maximumHeldLength) bytes would be transcoded in memory")
    }
    let payload = try await archive.collect(reference, [.payload(0..<reference.location.length)])
    var file = Array(payload.readableBytesView)
    var dataSet = try Part10.read(file, inflatingUpTo: Archive.maximumInflatedBytes).dataSet
    if reference.storedSyntax.isEncapsulated || target.isEncapsulated {
      file = try await Transcoder(codecs: codecs).transcode(file, to: target).file
      dataSet = try Part10.read(file, inflatingUpTo: Archive.maximumInflatedBytes).dataSet
    }
    let believed = archive.believed(dataSet, of: reference)
    return instance(reference, target, [.bytes(try DataSetWriter.encode(believed, in: target))])
  }
}

extension TransferSyntax {
  /// Uncompressed syntaxes that are given out: Explicit VR Big Endian is retired (PS3.5 §A.3).
  static let native: Set<TransferSyntax> = [
    .explicitVRLittleEndian, .implicitVRLittleEndian, .deflatedExplicitVRLittleEndian,
  ]

  /// Whether values in it can be taken over from one to the other as they lie.
  fileprivate var isSimplyNative: Bool { self == .explicitVRLittleEndian || self == .implicitVRLittleEndian }

  /// The syntax of the elements around the pixel data.
  fileprivate var around: TransferSyntax { isEncapsulated ? .explicitVRLittleEndian : self }

  /// What a cache calls pixels in this syntax: the uncompressed little endian ones have the same.
  fileprivate var formName: String { isEncapsulated ? uid.rawValue : "native" }

  static let sequenceDelimiter: [UInt8] = [0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]

  /// Tag, VR and length of Pixel Data (PS3.5 §7.1).
  ///
  /// - Throws: `PixelError` `.imageTooLarge` for native pixel data that no length can say.
  fileprivate func pixelDataHead(vr: VR, length: UInt64) throws(PixelError) -> [UInt8] {
    guard isEncapsulated || length < UInt64(UInt32.max) else {
      throw PixelError(.imageTooLarge, tag: .pixelData, "\(length) bytes are too many for an uncompressed syntax")
    }
    let stated = isEncapsulated ? UInt32.max : UInt32(truncatingIfNeeded: length)
    var head: [UInt8] = [0xE0, 0x7F, 0x10, 0x00]
    if isExplicit { head += Array(vr.name.utf8) + [0, 0] }
    return head + (0..<4).map { UInt8(truncatingIfNeeded: stated >> UInt32(8 * $0)) }
  }
}
