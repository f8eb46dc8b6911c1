import DICOM
import Testing

@Suite("A condition of type 1C or 2C")
struct ConditionTests {
  /// What an object says, and the attribute that it then must say too.
  struct Example: CustomTestStringConvertible, Sendable {
    var attribute: Tag
    var sopClass: UID
    /// Sets what makes the attribute necessary.
    var when: @Sendable (inout DataSet) -> Void
    /// Sets what makes it unnecessary again.
    var unless: @Sendable (inout DataSet) -> Void
    var testDescription: String { attribute.keyword ?? "" }

    init(
      _ attribute: Tag, _ sopClass: UID, when: @escaping @Sendable (inout DataSet) -> Void,
      unless: @escaping @Sendable (inout DataSet) -> Void
    ) {
      self.attribute = attribute
      self.sopClass = sopClass
      self.when = when
      self.unless = unless
    }
  }

  static let images: [Example] = [
    Example(.pixelSpacingCalibrationDescription, .secondaryCaptureImageStorage) {
      $0.set(.pixelSpacingCalibrationType, .cs, "GEOMETRY")
    } unless: {
      $0[.pixelSpacingCalibrationType] = nil
    },
    Example(.rescaleType, .secondaryCaptureImageStorage) {
      $0.set(.rescaleIntercept, .ds, "0")
      $0.set(.rescaleSlope, .ds, "1")
    } unless: {
      $0[.rescaleIntercept] = nil
      $0[.rescaleSlope] = nil
    },
    Example(.frameTime, .ultrasoundMultiFrameImageStorage) {
      $0.set(.frameIncrementPointer, tags: [.frameTime])
    } unless: {
      $0.set(.frameIncrementPointer, tags: [.frameTimeVector])
    },
    Example(.gridFrameOffsetVector, .rtDoseStorage) {
      $0.set(.frameIncrementPointer, tags: [.gridFrameOffsetVector])
    } unless: {
      $0[.frameIncrementPointer] = nil
    },
    Example(.referencedRTPlanSequence, .rtDoseStorage) {
      $0.set(.doseSummationType, .cs, "PLAN")
    } unless: {
      $0.set(.doseSummationType, .cs, "RECORD")
    },
    Example(.acquisitionDateTime, .enhancedCTImageStorage) {
      $0.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "AXIAL", "NONE")
    } unless: {
      $0.set(.imageType, .cs, "DERIVED", "PRIMARY", "AXIAL", "NONE")
    },
    Example(.echoPulseSequence, .enhancedMRImageStorage) {
      $0.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "DIFFUSION", "NONE")
    } unless: {
      $0.set(.imageType, .cs, "DERIVED", "PRIMARY", "DIFFUSION", "NONE")
    },
    Example(.perFrameFunctionalGroupsSequence, .vlWholeSlideMicroscopyImageStorage) { _ in
    } unless: {
      $0.set(.dimensionOrganizationType, .cs, "TILED_FULL")
    },
    Example(.magneticFieldStrength, .enhancedMRImageStorage) {
      $0.set(.imageType, .cs, "MIXED", "PRIMARY", "DIFFUSION", "NONE")
    } unless: {
      $0.set(.imageType, .cs, "DERIVED", "PRIMARY", "DIFFUSION", "NONE")
    },
  ]

  static let objects: [Example] = [
    Example(.radiusOfCircularShutter, .grayscaleSoftcopyPresentationStateStorage) {
      $0.set(.shutterShape, .cs, "RECTANGULAR", "CIRCULAR")
    } unless: {
      $0.set(.shutterShape, .cs, "RECTANGULAR")
    },
    Example(.presentationLUTSequence, .grayscaleSoftcopyPresentationStateStorage) { _ in
    } unless: {
      $0.set(.presentationLUTShape, .cs, "INVERSE")
    },
    Example(.maximumFractionalValue, .segmentationStorage) {
      $0.set(.segmentationType, .cs, "FRACTIONAL")
    } unless: {
      $0.set(.segmentationType, .cs, "BINARY")
    },
    Example(.hl7InstanceIdentifier, .encapsulatedCDAStorage) {
      $0.set(.mimeTypeOfEncapsulatedDocument, .lo, "text/XML")
    } unless: {
      $0.set(.mimeTypeOfEncapsulatedDocument, .lo, "application/pdf")
    },
    Example(.verifyingObserverSequence, .comprehensiveSRStorage) {
      $0.set(.verificationFlag, .cs, "VERIFIED")
    } unless: {
      $0.set(.verificationFlag, .cs, "UNVERIFIED")
    },
  ]

  @Test("is told when the object itself makes it hold, and only then", arguments: images + objects)
  func example(_ example: Example) {
    func isMissing(_ change: (inout DataSet) -> Void) -> Bool {
      var dataSet = DataSet()
      dataSet.set(.sopClassUID, example.sopClass)
      change(&dataSet)
      return DataSetValidator.findings(in: dataSet).contains {
        ($0.rule == .missing || $0.rule == .missingMayBeEmpty) && $0.path == TagPath(example.attribute)
      }
    }
    #expect(isMissing { example.when(&$0) })
    #expect(
      !isMissing {
        example.when(&$0)
        example.unless(&$0)
      })
  }
}

@Suite("Functional groups")
struct FunctionalGroupTests {
  private static func item(_ sequences: [Tag]) -> DataSet {
    var item = DataSet()
    for sequence in sequences { item.set(sequence, items: [DataSet()]) }
    return item
  }

  /// An enhanced CT of two frames.
  private static func image(shared: [Tag], frames: [[Tag]], type: String = "DERIVED") -> DataSet {
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, UID.enhancedCTImageStorage)
    dataSet.set(.imageType, .cs, type, "PRIMARY", "AXIAL", "NONE")
    dataSet.set(.numberOfFrames, .is, 2)
    dataSet.set(.sharedFunctionalGroupsSequence, items: [item(shared)])
    dataSet.set(.perFrameFunctionalGroupsSequence, items: frames.map(item))
    return dataSet
  }

  /// Findings about groups as a whole.
  private static func findings(_ dataSet: DataSet) -> [String] {
    DataSetValidator.findings(in: dataSet).filter { finding in
      finding.rule == .functionalGroup
        || (finding.rule == .missing && finding.path.steps.count == 1
          && finding.path.tag.keyword?.hasSuffix("Sequence") == true)
    }.map { "\($0.rule.rawValue) \($0.path.tag.keyword ?? "") \($0.path)" }
  }

  private static let everyone: [Tag] = [
    .pixelMeasuresSequence, .planeOrientationSequence, .frameAnatomySequence, .irradiationEventIdentificationSequence,
    .ctImageFrameTypeSequence, .pixelValueTransformationSequence,
  ]
  private static let own: [Tag] = [.frameContentSequence, .planePositionSequence]

  @Test("that the frames of an image need may stand in the shared ones or in each frame's")
  func complete() {
    #expect(Self.findings(Self.image(shared: Self.everyone, frames: [Self.own, Self.own])) == [])
    let all = Self.everyone + Self.own
    #expect(Self.findings(Self.image(shared: [], frames: [all, all])) == [])
  }

  @Test("that a frame lacks are told with the first frame that lacks them")
  func missing() {
    let image = Self.image(shared: Self.everyone, frames: [Self.own, [.frameContentSequence]])
    #expect(Self.findings(image) == ["missing PlanePositionSequence 52009230/1/00209113"])
    let bare = Self.image(shared: Array(Self.everyone.dropFirst()), frames: [Self.own, Self.own])
    #expect(Self.findings(bare) == ["missing PixelMeasuresSequence 52009230/0/00289110"])
  }

  @Test("that an original image needs are more than those of a derived one")
  func original() {
    let image = Self.image(shared: Self.everyone, frames: [Self.own, Self.own], type: "ORIGINAL")
    #expect(Self.findings(image).contains("missing CTExposureSequence 52009230/0/00189321"))
    #expect(Self.findings(image).count == 8)
  }

  @Test("stand in one place, and frame content in each frame")
  func places() {
    let twice = Self.image(shared: Self.everyone, frames: [Self.own, Self.own + [.pixelMeasuresSequence]])
    #expect(Self.findings(twice) == ["functionalGroup PixelMeasuresSequence 52009230/1/00289110"])
    let content = Self.image(
      shared: Self.everyone + [.frameContentSequence], frames: [[.planePositionSequence], [.planePositionSequence]])
    #expect(Self.findings(content) == ["functionalGroup FrameContentSequence 52009229/0/00209111"])
    let short = Self.image(shared: Self.everyone, frames: [Self.own])
    #expect(Self.findings(short) == ["functionalGroup PerFrameFunctionalGroupsSequence 52009230"])
  }
}
