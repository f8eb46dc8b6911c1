import DICOM
import Foundation

/// A small object made for a test.
struct Specimen: Sendable {
  var study = "1.2.826.0.1.1"
  var series = "1.2.826.0.1.1.1"
  var instance = "1.2.826.0.1.1.1.1"
  var patientID = "A/B 1"
  var patientName = "Müller^Jörg"
  var modality = "CT"
  var description = "Thorax"
  var number = 1
  var frames = 1
  var syntax = TransferSyntax.explicitVRLittleEndian
  /// Whole frames one after the other, or encapsulated items.
  var pixels: [UInt8]?
  var more: @Sendable (inout DataSet) -> Void = { _ in }

  static let sopClass = "1.2.840.10008.5.1.4.1.1.2"
  static let rows = 6
  static let columns = 4

  /// Frame `number` from 0: 16-bit values that differ from frame to frame.
  static func frame(_ number: Int) -> [UInt8] {
    (0..<rows * columns).flatMap {
      [UInt8(truncatingIfNeeded: $0 * 7 + number * 13), UInt8(truncatingIfNeeded: number)]
    }
  }

  var dataSet: DataSet {
    var set = DataSet()
    set.set(.specificCharacterSet, .cs, "ISO_IR 100")
    set.set(.sopClassUID, .ui, Self.sopClass)
    set.set(.sopInstanceUID, .ui, instance)
    set.set(.studyDate, .da, "20240229")
    set.set(.studyTime, .tm, "101500")
    set.set(.accessionNumber, .sh, "ACC-1")
    set.set(.modality, .cs, modality)
    set.set(.studyDescription, .lo, description)
    set.set(.seriesDescription, .lo, "axial")
    set.set(.referringPhysicianName, .pn, "Ref^Doc")
    set.set(.patientName, .pn, patientName)
    set.set(.patientID, .lo, patientID)
    set.set(.patientBirthDate, .da, "19700101")
    set.set(.patientSex, .cs, "O")
    set.set(.studyInstanceUID, .ui, study)
    set.set(.seriesInstanceUID, .ui, series)
    set.set(.studyID, .sh, "S1")
    set.set(.seriesNumber, .is, 3)
    set.set(.instanceNumber, .is, number)
    var request = DataSet()
    request.set(.scheduledProcedureStepID, .sh, "STEP-9")
    set.set(.requestAttributesSequence, items: [request])
    set.set(.samplesPerPixel, .us, 1)
    set.set(.photometricInterpretation, .cs, "MONOCHROME2")
    if frames > 1 { set.set(.numberOfFrames, .is, frames) }
    set.set(.rows, .us, Self.rows)
    set.set(.columns, .us, Self.columns)
    set.set(.bitsAllocated, .us, 16)
    set.set(.bitsStored, .us, 16)
    set.set(.highBit, .us, 15)
    set.set(.pixelRepresentation, .us, 0)
    set.set(.pixelData, syntax.isEncapsulated ? .ob : .ow, bytes: pixels ?? (0..<frames).flatMap(Self.frame))
    more(&set)
    return set
  }

  var file: [UInt8] {
    get throws { try Part10.write(dataSet, in: syntax) }
  }

  var path: String { "studies/\(study)/series/\(series)/instances/\(instance)" }

  /// Encapsulated frames of a fragment each, as items without the sequence delimiter (PS3.5 §A.4).
  static func encapsulated(_ frames: [[UInt8]]) -> [UInt8] {
    func item(_ bytes: [UInt8]) -> [UInt8] {
      let length = UInt32(bytes.count)
      return [0xFE, 0xFF, 0x00, 0xE0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + bytes
    }
    return item([]) + frames.flatMap(item)
  }
}

/// Parts of a multipart answer, read the simple way: by splitting at the delimiter.
struct AnsweredPart: Equatable {
  var contentType: String
  var location: String?
  var content: [UInt8]

  static func read(_ body: [UInt8], contentType: String) -> [AnsweredPart]? {
    guard contentType.hasPrefix("multipart/related"), let mark = contentType.range(of: "boundary=\"") else {
      return nil
    }
    let boundary = Array(contentType[mark.upperBound...].prefix { $0 != "\"" }.utf8)
    let delimiter = Array("--".utf8) + boundary
    var parts: [AnsweredPart] = []
    var rest = body[...]
    guard rest.starts(with: delimiter) else { return nil }
    rest = rest.dropFirst(delimiter.count)
    while true {
      if rest.starts(with: Array("--\r\n".utf8)) { return rest.count == 4 ? parts : nil }
      guard rest.starts(with: Array("\r\n".utf8)) else { return nil }
      rest = rest.dropFirst(2)
      guard let headEnd = rest.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
      let head = String(decoding: rest[..<headEnd.lowerBound], as: UTF8.self)
      var part = AnsweredPart(contentType: "", location: nil, content: [])
      var length = -1
      for line in head.split(separator: "\r\n") {
        let value = line.drop { $0 != ":" }.dropFirst(2)
        if line.hasPrefix("Content-Type:") { part.contentType = String(value) }
        if line.hasPrefix("Content-Location:") { part.location = String(value) }
        if line.hasPrefix("Content-Length:") { length = Int(value) ?? -1 }
      }
      rest = rest[headEnd.upperBound...]
      guard let end = rest.firstRange(of: Array("\r\n".utf8) + delimiter) else { return nil }
      part.content = Array(rest[..<end.lowerBound])
      guard part.content.count == length else { return nil }
      parts.append(part)
      rest = rest[end.upperBound...]
    }
  }
}
