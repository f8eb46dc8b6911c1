import DICOM
import DICOMPixels
import TestKit

/// Objects of several frames in any transfer syntax that we can encode, and their uncompressed twins.
struct CompressedObject: Sendable {
  static let rows = 40
  static let columns = 56

  var object: SmallObject
  var frames = 3
  var syntax: TransferSyntax

  init(study: Int = 1, instance: Int = 1, _ syntax: TransferSyntax) {
    object = SmallObject(study: study, instance: instance)
    object.sopClass = "1.2.840.10008.5.1.4.1.1.7.3"
    object.rows = Self.rows
    object.columns = Self.columns
    self.syntax = syntax
  }

  /// What it decodes to, as Explicit VR Little Endian has it.
  var dataSet: DataSet {
    var set = object.dataSet
    set.set(.numberOfFrames, .is, frames)
    set.set(.bitsAllocated, .us, 16)
    set.set(.bitsStored, .us, 12)
    set.set(.highBit, .us, 11)
    var pixels: [UInt8] = []
    for frame in 0..<frames {
      for pixel in 0..<Self.rows * Self.columns {
        let value = (pixel * 3 + frame * 977 + object.number * 31 + (pixel % 7) * (pixel % 11)) % 4096
        pixels += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
      }
    }
    set.set(.pixelData, .ow, bytes: pixels)
    return set
  }

  var native: [UInt8] {
    get throws { try Part10.write(dataSet, in: .explicitVRLittleEndian) }
  }

  /// The Part 10 file that is stored.
  var file: [UInt8] {
    get async throws { try await Transcoder().transcode(native, to: syntax).file }
  }

  /// A file whose first code stream is cut in the middle.
  var damagedFile: [UInt8] {
    get async throws {
      var file = try await file
      var reader = HeaderReader()
      try reader.consume(file)
      guard case .encapsulated(_, let fragments)? = try reader.finish().pixelData, let first = fragments.first else {
        return file
      }
      let range = Int(first.range.lowerBound + first.length / 3)..<Int(first.range.upperBound)
      file.replaceSubrange(range, with: [UInt8](repeating: 0xFF, count: range.count))
      return file
    }
  }
}
