import DICOM
import Foundation
import TestKit
import Testing

@Suite("The pixel commands", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct PixelCommandTests {
  /// A grey image of 16 × 8 pixels.
  private static func image() throws -> [UInt8] {
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.7")
    dataSet.set(.sopInstanceUID, .ui, "1.2.3.4")
    dataSet.set(.samplesPerPixel, .us, 1)
    dataSet.set(.photometricInterpretation, .cs, "MONOCHROME2")
    dataSet.set(.rows, .us, 8)
    dataSet.set(.columns, .us, 16)
    dataSet.set(.bitsAllocated, .us, 8)
    dataSet.set(.bitsStored, .us, 8)
    dataSet.set(.highBit, .us, 7)
    dataSet.set(.pixelRepresentation, .us, 0)
    dataSet.set(.pixelData, .ob, bytes: (0..<128).map { UInt8($0) })
    return try Part10.write(dataSet, in: .explicitVRLittleEndian)
  }

  @Test(
    "bring a file into another syntax by its name or UID, and back as it was",
    arguments: ["rle", "jpeg-ls", "jpeg2000", "htj2k", "jpeg-lossless", "1.2.840.10008.1.2.4.57"])
  func transcode(name: String) async throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(try Self.image(), as: "image.dcm")
    let (there, back) = ("\(folder.path)/there.dcm", "\(folder.path)/back.dcm")
    let first = try await ServerProcess.command(["transcode", "--to", name, input, there])
    #expect(first.status == 0, "\(first.errors)")
    let second = try await ServerProcess.command(["transcode", "--to", "explicit", there, back])
    #expect(second.status == 0, "\(second.errors)")
    let original = try Part10.read(Self.image()).dataSet
    #expect(try Part10.read(folder.contents(of: "back.dcm")).dataSet == original)
    #expect(try folder.contents(of: "there.dcm") != folder.contents(of: "image.dcm"))
  }

  @Test("write an Extended Offset Table where they are told to")
  func extendedOffsets() async throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(try Self.image(), as: "image.dcm")
    let outcome = try await ServerProcess.command(
      ["transcode", "--to", "rle", "--extended-offsets", input, "\(folder.path)/out.dcm"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try Part10.read(folder.contents(of: "out.dcm")).dataSet.ints(.extendedOffsetTable) == [0])
  }

  @Test("give what loses something an identity of its own, unless told not to")
  func identity() async throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(try Self.image(), as: "image.dcm")
    for (arguments, isSame) in [([], false), (["--keep-uid"], true)] as [([String], Bool)] {
      let outcome = try await ServerProcess.command(
        ["transcode", "--to", "jpeg", "--quality", "80"] + arguments + [input, "\(folder.path)/out.dcm"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let written = try Part10.read(folder.contents(of: "out.dcm")).dataSet
      #expect((written.string(.sopInstanceUID) == "1.2.3.4") == isSame)
      #expect(written.string(.lossyImageCompression) == "01")
    }
  }

  @Test("draw a compressed file")
  func render() async throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(try Self.image(), as: "image.dcm")
    let compressed = "\(folder.path)/j2k.dcm"
    _ = try await ServerProcess.command(["transcode", "--to", "jpeg2000", input, compressed])
    for (file, name) in [(input, "one.png"), (compressed, "other.png"), (compressed, "other.jpg")] {
      let outcome = try await ServerProcess.command(["render", file, "\(folder.path)/\(name)"])
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(try folder.contents(of: "one.png") == folder.contents(of: "other.png"))
    #expect(try folder.contents(of: "other.jpg").starts(with: [0xFF, 0xD8]))
  }

  @Test("draw a frame as a presentation state says, and refuse one for other images")
  func presentationState() async throws {
    let folder = try TemporaryFolder()
    let input = try folder.write(try Self.image(), as: "image.dcm")
    for (uid, status) in [("1.2.3.4", 0), ("1.2.3.5", 1)] as [(String, Int32)] {
      var reference = DataSet()
      reference.set(.referencedSOPClassUID, .ui, "1.2.840.10008.5.1.4.1.1.7")
      reference.set(.referencedSOPInstanceUID, .ui, uid)
      var series = DataSet()
      series.set(.seriesInstanceUID, .ui, "1.2.3")
      series.set(.referencedImageSequence, items: [reference])
      var state = DataSet()
      state.set(.sopClassUID, .grayscaleSoftcopyPresentationStateStorage)
      state.set(.sopInstanceUID, .ui, "1.2.3.9")
      state.set(.referencedSeriesSequence, items: [series])
      state.set(.presentationLUTShape, .cs, "INVERSE")
      let file = try folder.write(try Part10.write(state, in: .explicitVRLittleEndian), as: "state.dcm")
      let outcome = try await ServerProcess.command(
        ["render", "--presentation-state", file, input, "\(folder.path)/shown.png"])
      #expect(outcome.status == status, "\(outcome.errors)")
    }
    let plain = try await ServerProcess.command(["render", "--overlays", input, "\(folder.path)/plain.png"])
    #expect(plain.status == 0)
    #expect(try folder.contents(of: "shown.png") != folder.contents(of: "plain.png"))
  }

  @Test(
    "end with 2 for wrong use and 1 for a file that is none",
    arguments: [
      (["transcode", "--to", "nonsense", "a", "b"], 2), (["transcode", "--to", "rle", "/nowhere", "b"], 1),
      (["render", "a", "b.gif"], 2), (["render", "--window", "x", "a", "b.png"], 2),
      (["render", "--window", "1,2,cubic", "a", "b.png"], 2),
      (["render", "/dev/null", "/tmp/never.png"], 1),
    ] as [([String], Int32)])
  func failures(arguments: [String], status: Int32) async throws {
    #expect(try await ServerProcess.command(arguments).status == status)
  }
}
