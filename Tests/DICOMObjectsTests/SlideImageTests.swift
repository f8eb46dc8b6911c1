import DICOM
import DICOMObjects
import DICOMPixels
import Foundation
import Testing

@Suite("A whole-slide image as an object")
struct SlideImageTests {
  @Test("is the one that was compressed", arguments: [TransferSyntax.jpeg2000Lossless, .rleLossless])
  func compressed(_ syntax: TransferSyntax) async throws {
    let built = try BuiltSlides.image(.full)
    let native = try Part10.write(built.dataSet(), in: .explicitVRLittleEndian)
    let read = try await SlideImage(file: Transcoder().transcode(native, to: syntax).file)
    #expect(read.pixels == built.pixels && read.tiles == built.tiles && read.matrix == built.matrix)
  }

  @Test("lies for highdicom where it lies for us, and pydicom has its pixels", .enabled(if: Oracle.hasPython))
  func highdicom() throws {
    try Oracle.withTemporaryFolder { folder in
      for image in [try BuiltSlides.image(.full), try BuiltSlides.image(.sparse), try BuiltSlides.gray] {
        let file = folder.appending(path: "slide.dcm")
        try Oracle.write(image.dataSet(), to: file)
        #expect(try Oracle.answers("frames", [file.path])[file.path] == BuiltSlides.lines(image))
      }
    }
  }

  @Test("keeps what it has no property for")
  func others() throws {
    var image = try BuiltSlides.image(.full)
    image.attributes.dataSet.set(.imageComments, .lt, "stained")
    image.attributes.dataSet.set(.specimenLabelInImage, .cs, "YES")
    let read = try SlideImage(dataSet: image.dataSet())
    #expect(read == image && read.attributes.dataSet.string(.specimenLabelInImage) == "YES")
  }

  @Test("is not written when it contradicts itself")
  func refusals() throws {
    let good = try BuiltSlides.image(.full)
    func code(_ change: (inout SlideImage) -> Void) -> ObjectError.Code? {
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
    #expect(code { $0.tiles.swapAt(0, 1) } == .contradiction)
    #expect(code { $0.rows = 11 } == .contradiction)
    #expect(code { $0.specimens = [] } == .missingAttribute)
    #expect(code { $0.opticalPath.profile = [] } == .missingAttribute)
    #expect(code { $0.opticalPath.color = nil } == .missingAttribute)
    #expect(code { $0.imagedVolume.z = 0 } == .invalidValue)
    #expect(code { $0.matrix.measures = nil } == .contradiction)
  }

  @Test("of the samples is the same after being written again", .enabled(if: Samples.arePresent))
  func samples() async throws {
    let folder = try #require(Samples.folder)
    var read = 0
    for file in Samples.files(where: { $0 == .vlWholeSlideMicroscopyImageStorage }) {
      do {
        let image = try await SlideImage(file: try #require(Samples.bytes(at: "\(folder)/\(file)")))
        let again = try SlideImage(dataSet: image.dataSet())
        #expect(again == image, "\(file)")
        read += 1
      } catch let error as ObjectError {
        // One says no place on a slide, one has several optical paths, one colours without a profile.
        #expect([.missingAttribute, .unsupported].contains(error.code), "\(file): \(error)")
      } catch let error as PixelError {
        // One has tiles of another size than its header says.
        #expect(error.code == .codeStreamDisagrees, "\(file): \(error)")
      }
    }
    #expect(read >= 2)
  }
}

/// Slides of 25 × 35 pixels in tiles of 10 × 10.
enum BuiltSlides {
  static func image(_ organization: TotalPixelMatrix.Organization) throws -> SlideImage {
    let tiles = try BuiltSegmentations.slide(.labelmap, .full).frames.compactMap(\.tile)
    let chosen = organization == .full ? tiles : tiles.reversed()
    return SlideImage(
      header: Identities.header(42), frameOfReferenceUID: Identities.frameOfReference,
      acquisitionDateTime: "20261121101500", containerIdentifier: "S1",
      specimens: [.init(identifier: "S1-A", uid: "2.25.397.1")], imagedVolume: [8.75, 12.5, 1],
      matrix: BuiltSegmentations.matrix(organization),
      rows: 10, columns: 10, tiles: chosen, opticalPath: OpticalPath(profile: [UInt8](repeating: 7, count: 128)),
      pixels: .rgb((0..<chosen.count * 300).map { UInt8(truncatingIfNeeded: $0 * 13) }), isBurnedIn: false,
      dimensionOrganizationUID: "2.25.395.4")
  }

  static var gray: SlideImage {
    get throws {
      var image = try image(.full)
      image.pixels = .gray16((0..<image.tiles.count * 100).map { UInt16(truncatingIfNeeded: $0 * 131) })
      image.opticalPath = OpticalPath(color: nil, waveLengthNanometres: 500)
      return image
    }
  }

  /// What `objects.py frames` prints.
  static func lines(_ image: SlideImage) -> [String] {
    image.tiles.enumerated().map { number, tile in
      let samples: [UInt16]
      switch image.pixels {
      case .gray8(let values): samples = values[number * 100..<number * 100 + 100].map { UInt16($0) }
      case .gray16(let values): samples = Array(values[number * 100..<number * 100 + 100])
      case .rgb(let values): samples = values[number * 300..<number * 300 + 300].map { UInt16($0) }
      }
      return "frame\t-\t\(tile.column) \(tile.row) \(FrameText.number6([tile.x, tile.y, tile.z]))\t"
        + ObjectText.digest(samples)
    }
  }
}
