import DICOM
import DICOMObjects
import Foundation
import Testing

@Suite("An enhanced image")
struct EnhancedImageTests {
  @Test("gives a frame its own group before the shared one")
  func precedence() throws {
    func group(_ slope: Double) -> DataSet {
      var transformation = DataSet()
      transformation.set(.rescaleSlope, .ds, doubles: [slope])
      transformation.set(.rescaleIntercept, .ds, doubles: [-1024])
      transformation.set(.rescaleType, .lo, "HU")
      var group = DataSet()
      group.set(.pixelValueTransformationSequence, items: [transformation])
      return group
    }
    var data = try BuiltEnhanced.image(.computedTomography).dataSet()
    data.set(.sharedFunctionalGroupsSequence, items: [group(1)])
    data.set(.perFrameFunctionalGroupsSequence, items: [DataSet(), group(2)])
    data[.pixelData] = nil
    let image = try EnhancedImage(dataSet: data)
    #expect(image.frames.map(\.rescale?.slope) == [1, 2])
    #expect(image.frames.map(\.rescale?.type) == ["HU", "HU"])
    #expect(image.pixels == nil)
    #expect(throws: ObjectError.self) { try image.dataSet() }
    data[.perFrameFunctionalGroupsSequence] = nil
    #expect(throws: ObjectError.self) { try EnhancedImage(dataSet: data) }
  }

  @Test("gives values behind sign and rescale")
  func values() throws {
    let image = BuiltEnhanced.image(.computedTomography)
    #expect(image.storedValues(frame: 0).prefix(3) == [-2048, -1988, -1928])
    #expect(image.values(frame: 0).prefix(2) == [-3072, -3012])
    #expect(image.storedValues(frame: 9).isEmpty && image.values(frame: -1).isEmpty)
  }

  @Test("keeps what it has no property for, in the image and in its frames")
  func others() throws {
    var image = BuiltEnhanced.image(.magneticResonance)
    for frame in image.frames.indices {
      image.frames[frame].others.dataSet.set(.mrAveragesSequence, items: [BuiltEnhanced.averages(frame)])
    }
    image.attributes.dataSet.set(.imageComments, .lt, "für alle")
    image.attributes.dataSet.set(Tag(0x0009, 0x0010), .lo, "SOMEBODY")
    image.attributes.dataSet.set(Tag(0x0009, 0x1001), .lo, "private")
    let data = try image.dataSet()
    let timings = data.items(.sharedFunctionalGroupsSequence)[0].items(.mrTimingAndRelatedParametersSequence)
    #expect(timings.map { $0.int(.echoTrainLength) } == [1] && timings[0].double(.repetitionTime) == 2500)
    #expect(data.items(.perFrameFunctionalGroupsSequence).allSatisfy { $0.contains(.mrAveragesSequence) })
    let bytes = try Part10.write(data, in: .explicitVRLittleEndian)
    var read = try EnhancedImage(dataSet: Part10.read(bytes).dataSet)
    #expect(read.attributes.dataSet.string(.imageComments) == "für alle" && read.frames == image.frames)
    let differences = try read.dataSet().differences(from: data)
    #expect(differences.isEmpty, "\(differences)")
    read.frames[0].magneticResonance?.repetitionTimeMilliseconds = 3000
    let changed = try EnhancedImage(dataSet: read.dataSet())
    #expect(changed.frames.map { $0.magneticResonance?.repetitionTimeMilliseconds } == [3000, 2500])
  }

  @Test("is not written when it contradicts itself")
  func refusals() throws {
    func code(_ change: (inout EnhancedImage) -> Void) -> ObjectError.Code? {
      var changed = BuiltEnhanced.image(.magneticResonance)
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
    #expect(code { $0.frames[0].plane = nil } == .missingAttribute)
    #expect(code { $0.frames[0].characteristics = nil } == .missingAttribute)
    #expect(code { $0.frames[0].dimensionIndices = [1] } == .contradiction)
    #expect(code { $0.characteristics.type = ["DERIVED"] } == .invalidValue)
    #expect(code { $0.header.equipment.softwareVersions = [] } == .missingAttribute)
    #expect(code { $0.frameOfReferenceUID = nil } == .missingAttribute)
    #expect(code { $0.bitsStored = 17 } == .contradiction)
  }

  @Test("says to pydicom what it says to us", .enabled(if: Oracle.hasPython))
  func pydicom() throws {
    try Oracle.withTemporaryFolder { folder in
      var expected: [String: [String]] = [:]
      for (number, kind) in EnhancedImage.Kind.allCases.enumerated() {
        let image = BuiltEnhanced.image(kind)
        let file = folder.appending(path: "\(number).dcm")
        try Oracle.write(image.dataSet(), to: file)
        expected[file.path] = BuiltEnhanced.lines(image)
      }
      #expect(try Oracle.answers("groups", expected.keys.sorted()) == expected)
    }
  }
}

@Suite("The sample enhanced images", .enabled(if: Samples.arePresent && Oracle.hasPython))
struct SampleEnhancedTests {
  static let files = Samples.files { sopClass in EnhancedImage.Kind.allCases.contains { $0.sopClass == sopClass } }

  @Test("say what pydicom says, compressed ones too, and the same after being written again")
  func content() async throws {
    let folder = try #require(Samples.folder)
    #expect(Self.files.count == 10)
    let answers = try Oracle.answers("groups", Self.files.map { "\(folder)/\($0)" })
    for file in Self.files {
      let bytes = try #require(Samples.bytes(at: "\(folder)/\(file)"))
      do {
        let image = try await EnhancedImage(file: bytes)
        #expect(BuiltEnhanced.lines(image) == answers["\(folder)/\(file)"], "\(file)")
        let again = try EnhancedImage(dataSet: image.dataSet())
        #expect(again == image, "\(file)")
      } catch let error as ObjectError {
        // One has no functional groups, and some no equipment or image type that a writer may leave out.
        #expect([.missingAttribute, .invalidValue].contains(error.code), "\(file): \(error)")
      }
    }
  }
}

/// Enhanced images of two frames.
enum BuiltEnhanced {
  static func averages(_ frame: Int) -> DataSet {
    var averages = DataSet()
    averages.set(.numberOfAverages, .fd, doubles: [Double(frame + 1)])
    return averages
  }

  static func image(_ kind: EnhancedImage.Kind) -> EnhancedImage {
    let isTomography = kind == .computedTomography || kind == .convertedComputedTomography
    let type = ["DERIVED", "PRIMARY", isTomography ? "AXIAL" : "DIFFUSION", isTomography ? "NONE" : "ADC"]
    let characteristics = EnhancedImage.Characteristics(
      type: type, complexComponent: isTomography ? nil : "MAGNITUDE",
      acquisitionContrast: isTomography ? nil : "DIFFUSION")
    let organization: UID = "2.25.396.1"
    let samples: [[UInt16]] = (0..<2).map { frame in
      (0..<35).map { UInt16(bitPattern: Int16($0 * 60 - 2048 + frame)) & (isTomography ? 0x0FFF : 0xFFFF) }
    }
    let pixels = PackedFrames(
      isTomography ? samples : samples.map { $0.map { $0 & 0x7FF } }, bitsAllocated: 16, pixelsPerFrame: 35)
    return EnhancedImage(
      header: Identities.header(isTomography ? 38 : 39), kind: kind,
      frameOfReferenceUID: Identities.frameOfReference, characteristics: characteristics, rows: 5, columns: 7,
      bitsStored: 12, isSigned: isTomography,
      dimensions: [
        .init(.stackID, in: .frameContentSequence, organizationUID: organization),
        .init(.inStackPositionNumber, in: .frameContentSequence, organizationUID: organization),
      ],
      frames: (0..<2).map { frame in
        EnhancedImage.Frame(
          characteristics: characteristics, plane: BuiltSegmentations.plane(frame), stackID: "1",
          inStackPosition: frame + 1, dimensionIndices: [1, frame + 1],
          anatomy: .init(CodedConcept("10200004", "SCT", "Liver")),
          rescale: .init(slope: 1, intercept: isTomography ? -1024 : 0, type: isTomography ? "HU" : "US"),
          windows: [.init(center: 40, width: 400, explanation: "SOFT")],
          computedTomography: isTomography
            ? .init(
              irradiationEventUID: "2.25.380.2", peakKilovoltage: 120, tubeCurrentMilliamperes: 125,
              exposureMilliampereSeconds: 50.5) : nil,
          magneticResonance: isTomography
            ? nil
            : .init(
              repetitionTimeMilliseconds: 2500, flipAngleDegrees: 90, effectiveEchoTimeMilliseconds: 80.5,
              diffusionBValue: 1000, diffusionDirection: [0, 0, 1]), others: OtherAttributes(others(kind)))
      }, pixels: pixels, attributes: OtherAttributes(attributes(kind)))
  }

  /// What magnetic resonance says besides.
  private static func attributes(_ kind: EnhancedImage.Kind) -> DataSet {
    var attributes = DataSet()
    if kind == .magneticResonance { attributes.set(.applicableSafetyStandardAgency, .cs, "IEC") }
    return attributes
  }

  /// What macros that have been begun demand besides the properties.
  private static func others(_ kind: EnhancedImage.Kind) -> DataSet {
    func item(_ values: (inout DataSet) -> Void) -> [DataSet] {
      var item = DataSet()
      values(&item)
      return [item]
    }
    var others = DataSet()
    if kind == .computedTomography {
      others.set(
        .ctExposureSequence,
        items: item {
          $0.set(.exposureTimeInms, .fd, doubles: [400])
          $0.set(.exposureModulationType, .cs, "NONE")
        })
      others.set(
        .ctxRayDetailsSequence,
        items: item {
          $0.set(.focalSpots, .ds, "1.2")
          $0.set(.filterType, .sh, "FLAT")
          $0.set(.filterMaterial, .cs, "ALUMINUM")
        })
    }
    guard kind == .magneticResonance else { return others }
    others.set(.mrDiffusionSequence, items: item { $0.set(.diffusionDirectionality, .cs, "DIRECTIONAL") })
    others.set(
      .mrTimingAndRelatedParametersSequence,
      items: item { timing in
        timing.set(.echoTrainLength, .is, 1)
        timing.set(.rfEchoTrainLength, .us, 0)
        timing.set(.gradientEchoTrainLength, .us, 1)
        timing.set(
          .specificAbsorptionRateSequence,
          items: item {
            $0.set(.specificAbsorptionRateDefinition, .cs, "IEC_WHOLE_BODY")
            $0.set(.specificAbsorptionRateValue, .fd, doubles: [1.5])
          })
        timing.set(
          .operatingModeSequence,
          items: item {
            $0.set(.operatingModeType, .cs, "GRADIENT")
            $0.set(.operatingMode, .cs, "IEC_NORMAL")
          })
      })
    return others
  }

  /// What `objects.py groups` prints of an image.
  static func lines(_ image: EnhancedImage) -> [String] {
    image.frames.indices.map { number in
      let frame = image.frames[number]
      let fields: [Double?] = [
        frame.inStackPosition.map { Double($0) }, frame.rescale?.slope, frame.windows.first?.center,
        frame.magneticResonance?.effectiveEchoTimeMilliseconds, frame.magneticResonance?.repetitionTimeMilliseconds,
        frame.magneticResonance?.diffusionBValue,
      ]
      let stored = image.storedValues(frame: number).map { Int32(truncatingIfNeeded: $0) }
      return
        ([frame.stackID ?? "-"] + fields.map { $0.map { String(format: "%.4f", $0) } ?? "-" }
        + [ObjectText.digest(stored)]).joined(separator: "\t")
    }
  }
}
