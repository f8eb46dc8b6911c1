import DICOM
import NIOCore

/// What a file turns out to be, by its first bytes.
enum FileForm: Equatable {
  /// A Part 10 file as it should be (PS3.10 §7.1).
  case part10
  /// An object that becomes a Part 10 file when so many bytes are taken away and a prefix is put before the rest.
  case repaired(prefix: [UInt8], dropping: Int, leniencies: [Leniency])
  /// A Media Storage Directory: a DICOMDIR (PS3.10 §8.6).
  case directory
  case archive
  case foreign

  /// First bytes that are enough to tell, when the file has as many.
  static let openingLength = OpenFile.pieceLength

  /// Length of the preamble and of `DICM`.
  private static let preambleLength = 128
  private static let markLength = 4
  private static let mark = Array("DICM".utf8)
  private static let directoryClass: UID = "1.2.840.10008.1.3.10"

  init(opening: ByteBuffer) {
    let bytes = opening.readableBytesView
    let metaStart = FileForm.preambleLength + FileForm.markLength
    if bytes.count >= metaStart, bytes.dropFirst(FileForm.preambleLength).starts(with: FileForm.mark) {
      self.init(bytes, metaAt: metaStart, forgiven: [])
    } else if bytes.starts(with: FileForm.mark) {
      self.init(bytes, metaAt: FileForm.markLength, forgiven: [.missingPreamble])
    } else if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
      self = .archive
    } else {
      self.init(bytes, metaAt: 0, forgiven: [.missingPreamble])
    }
  }

  private init(_ bytes: ByteBufferView, metaAt start: Int, forgiven: [Leniency]) {
    let meta = MetaSummary(bytes, at: start)
    if meta.sopClass == FileForm.directoryClass {
      self = .directory
      return
    }
    if !meta.isEmpty, meta.transferSyntax != nil, !meta.isImplicit {
      if forgiven.isEmpty {
        self = .part10
      } else {
        let prefix = [UInt8](repeating: 0, count: FileForm.preambleLength) + FileForm.mark
        self = .repaired(prefix: prefix, dropping: start, leniencies: forgiven)
      }
      return
    }
    let summary = DataSetSummary(bytes, at: meta.end)
    guard let encoding = summary.encoding, let sopClass = summary.sopClass ?? meta.sopClass,
      let instance = summary.instance ?? meta.instance
    else {
      // With its mark it claims to be DICOM: the receiver says what is wrong with it.
      self = start == FileForm.preambleLength + FileForm.markLength ? .part10 : .foreign
      return
    }
    if sopClass == FileForm.directoryClass {
      self = .directory
      return
    }
    var leniencies = forgiven
    if meta.isEmpty {
      leniencies.append(.missingFileMeta)
    } else {
      if meta.isImplicit { leniencies.append(.implicitFileMeta) }
      if meta.transferSyntax == nil { leniencies.append(.missingTransferSyntax) }
    }
    let syntax = meta.transferSyntax.map(TransferSyntax.init(uid:)) ?? encoding.transferSyntax
    self = .repaired(
      prefix: FileMeta.encode(sopClass: sopClass, sopInstance: instance, transferSyntax: syntax),
      dropping: meta.end, leniencies: leniencies)
  }
}

/// Group 0002 as far as an import cares.
private struct MetaSummary {
  var sopClass: UID?
  var instance: UID?
  var transferSyntax: UID?
  var isImplicit = false
  var isEmpty = true
  /// Where the data set begins.
  var end: Int

  init(_ bytes: ByteBufferView, at start: Int) {
    end = start
    // Always little endian (PS3.10 §7.1); implicit VR is a known deviation.
    guard let encoding = ElementWalk.encoding(of: bytes, at: start), encoding.isLittleEndian else { return }
    isImplicit = !encoding.isExplicit
    var walk = ElementWalk(bytes, from: start, encoding: encoding)
    while let step = walk.next(), step.tag.group == 0x0002 {
      isEmpty = false
      end = walk.position
      switch step.tag {
      case .mediaStorageSOPClassUID: sopClass = walk.uid(step)
      case .mediaStorageSOPInstanceUID: instance = walk.uid(step)
      case .transferSyntaxUID: transferSyntax = walk.uid(step)
      default: break
      }
    }
  }
}

/// The beginning of a data set, up to SOP Instance UID (0008,0018).
private struct DataSetSummary {
  var encoding: ElementWalk.Encoding?
  var sopClass: UID?
  var instance: UID?

  init(_ bytes: ByteBufferView, at start: Int) {
    guard let encoding = ElementWalk.encoding(of: bytes, at: start) else { return }
    var walk = ElementWalk(bytes, from: start, encoding: encoding)
    while let step = walk.next(), step.tag <= .sopInstanceUID {
      self.encoding = encoding
      switch step.tag {
      case .sopClassUID: sopClass = walk.uid(step)
      case .sopInstanceUID: instance = walk.uid(step)
      default: break
      }
    }
  }
}
