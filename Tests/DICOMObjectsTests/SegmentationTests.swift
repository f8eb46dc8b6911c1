import Crypto
import DICOM
import DICOMObjects
import DICOMPixels
import Foundation
import Testing

@Suite("A segmentation")
struct SegmentationTests {
  @Test("reads back equal after being written as a file", arguments: BuiltSegmentations.kinds)
  func roundTrip(_ kind: Segmentation.Kind) throws {
    let built = try BuiltSegmentations.build(kind)
    let bytes = try Part10.write(built.dataSet(), in: .explicitVRLittleEndian)
    let read = try Segmentation(dataSet: Part10.read(bytes).dataSet)
    #expect(read == built)
    #expect(read.findings.isEmpty)
  }

  /// `dciodvfy` does not know the labelmap yet.
  @Test(
    "is written without an error for dciodvfy", .enabled(if: Oracle.path(of: "dciodvfy") != nil),
    arguments: BuiltSegmentations.kinds.filter { $0 != .labelmap })
  func validator(_ kind: Segmentation.Kind) throws {
    try Oracle.withTemporaryFolder { folder in
      let file = folder.appending(path: "seg.dcm")
      try Oracle.write(try BuiltSegmentations.build(kind).dataSet(), to: file)
      let errors = try Oracle.errors(in: file)
      #expect(errors.isEmpty, "\(errors)")
    }
  }

  @Test("says to highdicom and pydicom what it says to us", .enabled(if: Oracle.hasPython))
  func highdicom() throws {
    try Oracle.withTemporaryFolder { folder in
      var expected: [[String]] = []
      var files: [String] = []
      for (number, kind) in BuiltSegmentations.kinds.enumerated() {
        let built = try BuiltSegmentations.build(kind)
        let file = folder.appending(path: "seg\(number).dcm")
        try Oracle.write(try built.dataSet(), to: file)
        expected.append(FrameText.lines(built))
        files.append(file.path)
      }
      let answers = try Oracle.answers("frames", files)
      #expect(files.map { answers[$0] } == expected)
    }
  }

  @Test("gives each segment's part of a pixel")
  func masks() throws {
    let pixels = try #require(PackedFrames([[0, 1, 2, 2]], bitsAllocated: 8, pixelsPerFrame: 4))
    var built = try BuiltSegmentations.build(.labelmap)
    built.pixels = pixels
    #expect(built.mask(frame: 0, segment: 2) == [0, 0, 1, 1])
    built.kind = .fractional(.occupancy, maximum: 2)
    #expect(built.mask(frame: 0, segment: 1) == [0, 0.5, 1, 1])
    #expect(try BuiltSegmentations.build(.binary).frames(of: 2) == [3, 4])
  }

  @Test("packs single bits across frames", arguments: [1, 3, 8, 35])
  func packing(pixels: Int) throws {
    var random = Seeded(seed: FuzzSeed.chosen)
    let frames = (0..<5).map { _ in (0..<pixels).map { _ in UInt16.random(in: 0...1, using: &random) } }
    let packed = try #require(PackedFrames(frames, bitsAllocated: 1, pixelsPerFrame: pixels))
    #expect((0..<5).map { packed.samples(frame: $0) } == frames)
    #expect(packed.samples(frame: 5).isEmpty && packed.samples(frame: -1).isEmpty)
    #expect(PackedFrames([[2]], bitsAllocated: 1, pixelsPerFrame: 1) == nil)
  }

  @Test("is a volume for each segment")
  func geometry() throws {
    let geometry = try SeriesGeometry(images: [BuiltSegmentations.build(.binary).dataSet()])
    #expect(geometry.findings == [.severalVolumes(by: [.segment], count: 2)])
    #expect(geometry.volumes.map(\.planes.count) == [3, 2])
    #expect(geometry.volumes.map { $0.affine?.sliceStep } == [[0, 0, 2], [0, 0, 2]])
  }

  @Test("is not written when it contradicts itself")
  func refusals() throws {
    let good = try BuiltSegmentations.build(.binary)
    func code(_ change: (inout Segmentation) -> Void) -> ObjectError.Code? {
      var changed = good
      change(&changed)
      do {
        _ = try changed.dataSet()
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code { _ in } == nil)
    #expect(code { $0.frames.removeLast() } == .contradiction)
    #expect(code { $0.frames[0].segment = 3 } == .danglingReference)
    #expect(code { $0.segments[1].number = 5 } == .invalidValue)
    #expect(code { $0.segments[0].algorithmName = nil } == .missingAttribute)
    #expect(code { $0.segments[0].trackingUID = nil } == .contradiction)
    #expect(code { $0.references.removeLast() } == .danglingReference)
    #expect(code { $0.kind = .labelmap } == .contradiction)
    #expect(code { $0.rows = 4 } == .contradiction)
    #expect(code { $0.header.equipment.modelName = "" } == .missingAttribute)
    #expect(code { $0.frames[0].plane?.rowDirection = [1, 1, 0] } == .invalidValue)
    #expect(code { $0.frames[0].plane = nil } == .missingAttribute)
  }

  @Test("is refused when it promises more than it holds")
  func hostile() throws {
    let data = try BuiltSegmentations.build(.binary).dataSet()
    func code(_ change: (inout DataSet) -> Void) -> ObjectError.Code? {
      do {
        _ = try Segmentation(dataSet: BuiltSeries.with(data, change))
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code { _ in } == nil)
    #expect(code { $0.set(.rows, .us, 65_535) } == .contradiction)
    #expect(code { $0.set(.numberOfFrames, .is, 2_000_000_000) } == .limitExceeded)
    #expect(code { $0.set(.numberOfFrames, .is, 4) } == .contradiction)
    #expect(code { $0.set(.bitsAllocated, .us, 8) } == .contradiction)
    #expect(code { $0.set(.pixelData, .ob, bytes: [0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0]) } == .unsupported)
    #expect(code { $0.set(.segmentSequence, items: []) } == .danglingReference)
  }
}

@Suite("A segmentation on a slide")
struct SlideSegmentationTests {
  @Test("reads back equal after being written as a file", arguments: BuiltSegmentations.slides)
  func roundTrip(_ slide: BuiltSegmentations.Slide) throws {
    let built = try slide.build()
    let bytes = try Part10.write(built.dataSet(), in: .explicitVRLittleEndian)
    let dataSet = try Part10.read(bytes).dataSet
    #expect(try Segmentation(dataSet: dataSet) == built)
    let geometry = try SlideGeometry(dataSet: dataSet)
    #expect(built.frames.indices.map { geometry.tile(frame: $0)?.position } == built.frames.map(\.tile))
    #expect(geometry.matrix == built.matrix)
  }

  @Test("needs no groups of its frames when it is full", arguments: BuiltSegmentations.kinds)
  func order(_ kind: Segmentation.Kind) throws {
    var built = try BuiltSegmentations.slide(kind, .full)
    var dataSet = try built.dataSet()
    dataSet[.perFrameFunctionalGroupsSequence] = nil
    for frame in built.frames.indices { built.frames[frame].sources = [] }
    #expect(try Segmentation(dataSet: dataSet) == built)
  }

  /// `dciodvfy` does not know the labelmap yet.
  @Test(
    "is written without an error for dciodvfy", .enabled(if: Oracle.path(of: "dciodvfy") != nil),
    arguments: BuiltSegmentations.slides.filter { $0.kind != .labelmap })
  func validator(_ slide: BuiltSegmentations.Slide) throws {
    try Oracle.withTemporaryFolder { folder in
      let file = folder.appending(path: "seg.dcm")
      try Oracle.write(try slide.build().dataSet(), to: file)
      let errors = try Oracle.errors(in: file)
      #expect(errors.isEmpty, "\(errors)")
    }
  }

  @Test("says to highdicom and pydicom what it says to us", .enabled(if: Oracle.hasPython))
  func highdicom() throws {
    try Oracle.withTemporaryFolder { folder in
      var expected: [String: [String]] = [:]
      for (number, slide) in BuiltSegmentations.slides.enumerated() {
        let built = try slide.build()
        let file = folder.appending(path: "seg\(number).dcm")
        try Oracle.write(try built.dataSet(), to: file)
        expected[file.path] = FrameText.lines(built)
      }
      #expect(try Oracle.answers("frames", expected.keys.sorted()) == expected)
    }
  }

  @Test("is not written when its tiles are not where its matrix has them")
  func refusals() throws {
    let good = try BuiltSegmentations.slide(.binary, .full)
    func code(_ change: (inout Segmentation) -> Void) -> ObjectError.Code? {
      var changed = good
      change(&changed)
      do {
        _ = try changed.dataSet()
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code { _ in } == nil)
    #expect(code { $0.frames.swapAt(0, 1) } == .contradiction)
    #expect(code { $0.matrix?.columns = 41 } == .contradiction)
    #expect(code { $0.matrix?.focalPlanes = .max } == .invalidValue)
    #expect(code { $0.matrix?.origin = nil } == .missingAttribute)
    #expect(code { $0.matrix?.measures = nil } == .contradiction)
    #expect(code { $0.matrix?.rowDirection = [1, 1, 0] } == .invalidValue)
    #expect(code { $0.matrix = nil } == .missingAttribute)
  }
}

@Suite("A compressed segmentation")
struct CompressedSegmentationTests {
  @Test(
    "is the one that was compressed",
    arguments: [
      TransferSyntax.rleLossless, .deflatedImageFrame, .jpeg2000Lossless, .jpegLSLossless, .encapsulatedUncompressed,
    ])
  func roundTrip(_ syntax: TransferSyntax) async throws {
    for kind in BuiltSegmentations.kinds {
      let built = try BuiltSegmentations.build(kind)
      let native = try Part10.write(built.dataSet(), in: .explicitVRLittleEndian)
      // Not every codec takes samples of one bit.
      guard let file = try? await Transcoder().transcode(native, to: syntax).file else {
        #expect(kind == .binary)
        continue
      }
      #expect(try await Segmentation(file: file) == built)
    }
    let map = BuiltObject.map(.unsigned((0..<70).map { UInt16($0 * 3) }))
    let native = try Part10.write(map.dataSet(), in: .explicitVRLittleEndian)
    #expect(try await ParametricMap(file: Transcoder().transcode(native, to: syntax).file) == map)
  }

  @Test("of JPEG becomes a capture in red, green and blue")
  func capture() async throws {
    let built = BuiltObject.capture(.rgb((0..<105).map { $0 % 3 == 0 ? 200 : 40 }))
    let native = try Part10.write(built.dataSet(), in: .explicitVRLittleEndian)
    let file = try await Transcoder().transcode(native, to: .jpegBaseline).file
    guard case .rgb(let pixels) = try await SecondaryCapture(file: file).pixels else {
      Issue.record("not in colour")
      return
    }
    #expect(pixels.count == 105 && pixels.enumerated().allSatisfy { abs(Int($1) - ($0 % 3 == 0 ? 200 : 40)) < 8 })
  }
}

/// A segmentation as the lines that `objects.py frames` makes of it.
enum FrameText {
  static func lines(_ segmentation: Segmentation) -> [String] {
    let segments = segmentation.segments.map {
      "segment\t\($0.number)\t\($0.label)\t\($0.category.value)\t\($0.type.value)"
    }
    return segments
      + segmentation.frames.enumerated().map { number, frame in
        let place =
          frame.plane.map { number6($0.position) }
          ?? frame.tile.map { "\($0.column) \($0.row) " + number6([$0.x, $0.y, $0.z]) } ?? "-"
        return "frame\t\(frame.segment.map(String.init) ?? "-")\t\(place)\t"
          + digest(segmentation.pixels.samples(frame: number))
      }
  }

  static func number6(_ vector: SIMD3<Double>) -> String {
    [vector.x, vector.y, vector.z].map { String(format: "%.6f", $0) }.joined(separator: " ")
  }

  private static func digest(_ samples: [UInt16]) -> String {
    let bytes = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    return SHA256.hash(data: bytes).prefix(8).map { String(format: "%02x", $0) }.joined()
  }
}

@Suite("The sample segmentations", .enabled(if: Samples.arePresent && Oracle.hasPython))
struct SampleSegmentationTests {
  static let files = Samples.files { $0 == .segmentationStorage || $0 == .labelMapSegmentationStorage }

  /// What Python says of all of them, asked once.
  static let answers = Result { () throws -> [String: [String]] in
    let folder = try #require(Samples.folder)
    return try Oracle.answers("frames", files.map { "\(folder)/\($0)" })
  }

  @Test("are there in number")
  func count() { #expect(Self.files.count >= 14) }

  @Test("are read as highdicom and pydicom read them", arguments: files)
  func frames(file: String) async throws {
    let ours = try await Segmentation(file: try #require(Samples.bytes(at: "\(Samples.folder ?? "")/\(file)")))
    let theirs = try #require(try Self.answers.get()["\(Samples.folder ?? "")/\(file)"])
    #expect(FrameText.lines(ours) == theirs)
    let again = try Segmentation(dataSet: ours.dataSet())
    #expect(FrameText.lines(again) == theirs)
  }
}
