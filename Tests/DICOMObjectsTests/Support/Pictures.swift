import DICOM
import DICOMPixels
import Foundation
import Testing

/// DCMTK's renderers: `dcmj2pnm` for images, `dcmp2pgm` for images by a presentation state.
enum Pictures {
  static let areMade = Oracle.path(of: "dcmj2pnm") != nil && Oracle.path(of: "dcmp2pgm") != nil

  /// The picture that DCMTK makes of an image, by a presentation state if there is one.
  static func byDCMTK(_ image: URL, state: URL? = nil, frame: Int = 1, _ arguments: [String] = []) throws
    -> RenderedImage
  {
    let picture = image.appendingPathExtension("pnm")
    let (program, options) =
      state.map { ("dcmp2pgm", ["--frame", "\(frame)", "--pstate", $0.path]) } ?? ("dcmj2pnm", ["+F", "\(frame)"])
    let outcome = try Oracle.run(
      try #require(Oracle.path(of: program)), ["--quiet"] + options + arguments + [image.path, picture.path])
    try #require(outcome.status == 0, "\(program): \(outcome.text)")
    return try read(Array(Data(contentsOf: picture)))
  }

  /// Binary PGM or PPM of eight bits.
  private static func read(_ file: [UInt8]) throws -> RenderedImage {
    var position = 0
    func token() -> String {
      var text = ""
      while position < file.count {
        let character = Character(UnicodeScalar(file[position]))
        position += 1
        if character == "#" {
          while position < file.count, file[position] != 10 { position += 1 }
        } else if !character.isWhitespace {
          text.append(character)
        } else if !text.isEmpty {
          break
        }
      }
      return text
    }
    let kind = token()
    let (width, height) = (try #require(Int(token())), try #require(Int(token())))
    try #require(token() == "255" && (kind == "P5" || kind == "P6"))
    return RenderedImage(
      width: width, height: height, colorModel: kind == "P5" ? .gray : .rgb, pixels: Array(file[position...]))
  }

  /// The largest difference of two pixels; 256 for pictures of another shape.
  static func difference(_ first: RenderedImage, _ second: RenderedImage) -> Int {
    guard first.width == second.width, first.height == second.height, first.colorModel == second.colorModel else {
      return 256
    }
    return zip(first.pixels, second.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }
}

/// Images of 48 rows and 64 columns in which every value occurs.
enum BuiltImage {
  static let rows = 48
  static let columns = 64
  static let uid: UID = "2.25.330.1"

  /// A ramp over the bits, and what a test varies of it.
  static func gray(
    bits: Int, signed: Bool = false, photometric: String = "MONOCHROME2", frames: Int = 1, unusedBits: Int = 0,
    _ change: (inout DataSet) -> Void = { _ in }
  ) -> DataSet {
    var image = base(photometric, samples: 1, frames: frames)
    let allocated = bits > 8 ? 16 : 8
    image.set(.bitsAllocated, .us, allocated)
    image.set(.bitsStored, .us, bits)
    image.set(.highBit, .us, bits - 1)
    image.set(.pixelRepresentation, .us, signed ? 1 : 0)
    var bytes: [UInt8] = []
    let count = rows * columns
    for frame in 0..<frames {
      for index in 0..<count {
        let value = ((index + frame * 7) * (1 << bits) / count) & ((1 << bits) - 1) | (index % 5 == 0 ? unusedBits : 0)
        bytes.append(UInt8(truncatingIfNeeded: value))
        if allocated == 16 { bytes.append(UInt8(truncatingIfNeeded: value >> 8)) }
      }
    }
    image.set(.pixelData, .ow, bytes: bytes)
    change(&image)
    return image
  }

  static func color(_ photometric: String, planar: Int = 0) -> DataSet {
    var image = base(photometric, samples: 3, frames: 1)
    image.set(.planarConfiguration, .us, planar)
    image.set(.bitsAllocated, .us, 8)
    image.set(.bitsStored, .us, 8)
    image.set(.highBit, .us, 7)
    image.set(.pixelRepresentation, .us, 0)
    image.set(.pixelData, .ob, bytes: (0..<rows * columns * 3).map { UInt8(truncatingIfNeeded: $0 * 37 / 11) })
    return image
  }

  private static func base(_ photometric: String, samples: Int, frames: Int) -> DataSet {
    var image = DataSet()
    image.set(.sopClassUID, .ui, UID.secondaryCaptureImageStorage.rawValue)
    image.set(.sopInstanceUID, .ui, uid.rawValue)
    image.set(.studyInstanceUID, .ui, Identities.study.rawValue)
    image.set(.seriesInstanceUID, .ui, Identities.sourceSeries.rawValue)
    image.set(.modality, .cs, "OT")
    image.set(.samplesPerPixel, .us, samples)
    image.set(.photometricInterpretation, .cs, photometric)
    image.set(.rows, .us, rows)
    image.set(.columns, .us, columns)
    if frames > 1 { image.set(.numberOfFrames, .is, "\(frames)") }
    return image
  }
}
