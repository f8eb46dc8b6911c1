import Crypto
import DICOM
import DICOMObjects
import DICOMPixels
import Foundation

/// The content of objects as lines, the same that `facts.py` makes of pydicom's data set.
enum ObjectText {
  static func lines(_ dataSet: DataSet) throws -> [String] {
    switch dataSet.uid(.sopClassUID) {
    case UID.parametricMapStorage?: try map(ParametricMap(dataSet: dataSet))
    case UID.encapsulatedPDFStorage?, UID.encapsulatedCDAStorage?: try document(EncapsulatedDocument(dataSet: dataSet))
    case UID.rtStructureSetStorage?: try structures(StructureSet(dataSet: dataSet))
    case UID.secondaryCaptureImageStorage?: try capture(SecondaryCapture(dataSet: dataSet))
    case UID.grayscaleSoftcopyPresentationStateStorage?: try presentation(PresentationState(dataSet: dataSet))
    default: try waveform(Waveform(dataSet: dataSet))
    }
  }

  /// The object of a data set, written again.
  static func written(_ dataSet: DataSet) throws -> DataSet {
    switch dataSet.uid(.sopClassUID) {
    case UID.parametricMapStorage?: try ParametricMap(dataSet: dataSet).dataSet()
    case UID.encapsulatedPDFStorage?, UID.encapsulatedCDAStorage?: try EncapsulatedDocument(dataSet: dataSet).dataSet()
    case UID.rtStructureSetStorage?: try StructureSet(dataSet: dataSet).dataSet()
    case UID.secondaryCaptureImageStorage?: try SecondaryCapture(dataSet: dataSet).dataSet()
    case UID.grayscaleSoftcopyPresentationStateStorage?: try PresentationState(dataSet: dataSet).dataSet()
    default: try Waveform(dataSet: dataSet).dataSet()
    }
  }

  private static func line(_ fields: String...) -> String { fields.joined(separator: "\t") }

  private static func map(_ map: ParametricMap) -> [String] {
    map.frames.indices.flatMap { frame in
      let plane = map.frames[frame].plane.map { numbers([$0.position.x, $0.position.y, $0.position.z]) }
      let first = line("frame", digest(map.storedValues(frame: frame).map(\.bitPattern)), plane ?? "-")
      return [first]
        + map.frames[frame].mappings.map { mapping in
          let rule =
            switch mapping.rule {
            case .linear(let slope, let intercept): numbers([slope, intercept])
            case .table(let values): numbers(values)
            }
          return line(
            "mapping", mapping.label, numbers([mapping.firstMapped, mapping.lastMapped]), rule, code(mapping.unit))
        }
    }
  }

  private static func document(_ document: EncapsulatedDocument) -> [String] {
    let type = if case .pdf = document.format { "application/pdf" } else { "text/xml" }
    return [
      line(
        "document", document.title, type, digest(document.document), code(document.concept),
        document.sources.map(\.sopInstanceUID.rawValue).joined(separator: " "))
    ]
  }

  private static func waveform(_ waveform: Waveform) -> [String] {
    waveform.groups.flatMap { group in
      [line("group", group.label ?? "", number(group.samplingFrequencyHertz), "\(group.sampleCount)")]
        + group.channels.indices.map { channel in
          let values = group.values(channel: channel) ?? []
          return line(
            "channel", code(group.channels[channel].source),
            digest(group.samples(channel: channel).map { Int32(truncatingIfNeeded: $0) }),
            String(format: "%.3f", values.reduce(0, +)), String(format: "%.3f", values.max() ?? 0),
            code(group.channels[channel].scale?.unit))
        }
    }
  }

  private static func structures(_ set: StructureSet) -> [String] {
    set.regions.flatMap { region in
      [
        line(
          "region", "\(region.number)", region.name, region.interpretedType ?? "-", region.frameOfReferenceUID.rawValue,
          numbers((region.displayColor ?? []).map { Double($0) }))
      ]
        + region.contours.map { contour in
          line(
            "contour", contour.type.rawValue, numbers(contour.points.flatMap { [$0.x, $0.y, $0.z] }),
            images(contour.images))
        }
    }
  }

  private static func capture(_ capture: SecondaryCapture) -> [String] {
    let (samples, bits, color): ([UInt16], Int, String) =
      switch capture.pixels {
      case .gray8(let samples): (samples.map { UInt16($0) }, 8, "MONOCHROME2")
      case .gray16(let samples, let bits): (samples, bits, "MONOCHROME2")
      case .rgb(let samples): (samples.map { UInt16($0) }, 8, "RGB")
      }
    return [
      line(
        "capture", capture.conversion.rawValue, "\(capture.rows)", "\(capture.columns)", color, "\(bits)",
        capture.isBurnedIn ? "YES" : "NO", digest(samples))
    ]
  }

  static func images(_ images: [ImageReference]) -> String {
    images.map { image in image.instance.sopInstanceUID.rawValue + image.frames.map { "/\($0)" }.joined() }
      .joined(separator: " ")
  }

  static func code(_ code: CodedConcept?) -> String { code.map { "\($0.value)|\($0.scheme)" } ?? "-" }

  static func number(_ value: Double) -> String { String(format: "%.6f", value + 0) }

  static func numbers(_ values: [Double]) -> String { values.map(number).joined(separator: " ") }

  static func digest<Number: FixedWidthInteger>(_ numbers: [Number]) -> String {
    var data = Data()
    for number in numbers { withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) } }
    return SHA256.hash(data: data).prefix(8).map { String(format: "%02x", $0) }.joined()
  }
}
