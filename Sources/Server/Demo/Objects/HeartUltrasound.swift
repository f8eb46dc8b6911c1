import DICOM

/// A cine loop of the heart in colour (PS3.3 §A.7, Ultrasound Multi-frame).
struct HeartUltrasound: DemoSeries {
  /// A beat in a second.
  private static let frameTimeMilliseconds = 50

  let study: DemoStudy
  let modality = "US"
  let number = 1
  let count = 1
  private let modules: DemoModules

  init(_ study: DemoStudy) {
    self.study = study
    modules = DemoModules(
      study: study, modality: modality, seriesNumber: number, seriesDescription: "Apical four chamber",
      sopClass: .ultrasoundMultiFrameImageStorage, bodyPart: "HEART")
  }

  func dataSet(_ position: Int) -> DataSet {
    var set = modules.shared()
    modules.identify(&set, position: position)
    modules.date(&set, position: position)
    // Seen through the chest wall; two dimensions (PS3.3 §C.8.5.6.1.1).
    set.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "TTE", "0001")
    set.set(.patientOrientation, .cs, "")
    set.set(.samplesPerPixel, .us, 3)
    set.set(.photometricInterpretation, .cs, "RGB")
    set.set(.planarConfiguration, .us, 0)
    set.set(.rows, .us, HeartCine.rows)
    set.set(.columns, .us, HeartCine.columns)
    set.set(.bitsAllocated, .us, 8)
    set.set(.bitsStored, .us, 8)
    set.set(.highBit, .us, 7)
    set.set(.pixelRepresentation, .us, 0)
    set.set(.numberOfFrames, .is, HeartCine.frames)
    set.set(.frameIncrementPointer, tags: [.frameTime])
    set.set(.frameTime, .ds, HeartUltrasound.frameTimeMilliseconds)
    set.set(.cineRate, .is, 20)
    set.set(.recommendedDisplayFrameRate, .is, 20)
    set.set(.heartRate, .is, 60)
    set.set(.lossyImageCompression, .cs, "00")
    set.set(.burnedInAnnotation, .cs, "NO")
    set.set(.ultrasoundColorDataPresent, .us, 0)
    set.set(.sequenceOfUltrasoundRegions, items: [HeartUltrasound.region])
    set.set(
      .pixelData, .ob, bytes: HeartCine(random: DemoRandom(seed: study.seed, study.ordinal, 5)).draw())
    return set
  }

  /// US Region Calibration Module (PS3.3 §C.8.5.5): the sector, 0.4 mm a pixel.
  private static var region: DataSet {
    var region = DataSet()
    region.set(.regionSpatialFormat, .us, 1)
    region.set(.regionDataType, .us, 1)
    region.set(.regionFlags, .ul, 0)
    region.set(.regionLocationMinX0, .ul, 0)
    region.set(.regionLocationMinY0, .ul, 0)
    region.set(.regionLocationMaxX1, .ul, HeartCine.columns - 1)
    region.set(.regionLocationMaxY1, .ul, HeartCine.rows - 1)
    region.set(.physicalUnitsXDirection, .us, 3)
    region.set(.physicalUnitsYDirection, .us, 3)
    region.set(.physicalDeltaX, .fd, doubles: [0.04])
    region.set(.physicalDeltaY, .fd, doubles: [0.04])
    return region
  }
}
