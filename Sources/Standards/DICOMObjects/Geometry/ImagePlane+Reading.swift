public import DICOM

extension ImagePlane {
  /// The planes of an image, one a frame, and a finding for each that has no place.
  ///
  /// - Throws: `.missingAttribute` without SOP Instance UID; `.limitExceeded` with too many frames.
  public static func planes(
    of dataSet: DataSet
  ) throws(ObjectError) -> (planes: [ImagePlane], findings: [GeometryFinding]) {
    let reader = ItemReader(dataSet)
    let instance = try reader.requiredUID(.sopInstanceUID)
    let groups = FunctionalGroupReader(reader)
    let frames = reader.int(.numberOfFrames) ?? 1
    guard frames <= FunctionalGroupReader.maximumFrames else {
      throw reader.error(.limitExceeded, .numberOfFrames, "at most \(FunctionalGroupReader.maximumFrames) frames")
    }
    if groups.frames.isEmpty && groups.shared == nil {
      guard frames <= 1, let plane = ImagePlane(single: reader, Identity(instance)) else {
        return ([], [.noPosition(Identity(instance))])
      }
      return plane.checked
    }
    var planes: [ImagePlane] = []
    var findings: [GeometryFinding] = []
    for frame in 0..<max(groups.frames.count, 1) {
      let identity = Identity(instance, frame: frame + 1)
      guard let plane = ImagePlane(groups, frame, identity) else {
        findings.append(.noPosition(identity))
        continue
      }
      planes += plane.checked.planes
      findings += plane.checked.findings
    }
    return (planes, findings)
  }

  /// Largest deviation of a direction's length from 1, and of the cosine between both directions from 0.
  static let directionTolerance = 1e-2

  /// The plane if its directions are two unit vectors at a right angle.
  private var checked: (planes: [ImagePlane], findings: [GeometryFinding]) {
    let isRight =
      abs(rowDirection.length - 1) < ImagePlane.directionTolerance
      && abs(columnDirection.length - 1) < ImagePlane.directionTolerance
      && abs(rowDirection.dot(columnDirection)) < ImagePlane.directionTolerance
    return isRight ? ([self], []) : ([], [.invalidOrientation(identity)])
  }

  /// A single-frame image (PS3.3 §C.7.6.2).
  private init?(single reader: ItemReader, _ identity: Identity) {
    self.init(reader, identity, position: reader, orientation: reader, measures: reader)
    if let kind = reader.string(.imageType), !kind.isEmpty {
      imageType = reader.strings(.imageType)
    }
    note(.temporalPosition, reader.double(.temporalPositionIdentifier))
    note(.echoNumber, reader.double(.echoNumbers))
    note(.echoTime, reader.double(.echoTime))
    note(.diffusionBValue, reader.double(.diffusionBValue))
    note(.triggerTime, reader.double(.triggerTime))
    note(.acquisitionNumber, reader.double(.acquisitionNumber))
    note(.acquisitionTime, reader.string(.acquisitionTime))
    note(.imageType, imageType.isEmpty ? nil : imageType.joined(separator: "\\"))
  }

  /// A frame of a multi-frame image with functional groups (PS3.3 §C.7.6.16.2).
  private init?(_ groups: FunctionalGroupReader, _ frame: Int, _ identity: Identity) {
    guard let position = groups.macro(.planePositionSequence, frame: frame),
      let orientation = groups.macro(.planeOrientationSequence, frame: frame),
      let measures = groups.macro(.pixelMeasuresSequence, frame: frame)
    else { return nil }
    self.init(groups.root, identity, position: position, orientation: orientation, measures: measures)
    instanceNumber = frame + 1
    let kinds: [Tag] = [
      .ctImageFrameTypeSequence, .mrImageFrameTypeSequence, .petFrameTypeSequence,
    ]
    imageType =
      kinds.lazy.compactMap { groups.macro($0, frame: frame)?.strings(.frameType) }.first
      ?? groups.root.strings(.imageType)
    let content = groups.macro(.frameContentSequence, frame: frame)
    let cardiac = groups.macro(.cardiacSynchronizationSequence, frame: frame)
    note(.segment, groups.macro(.segmentIdentificationSequence, frame: frame)?.double(.referencedSegmentNumber))
    note(.stack, content?.string(.stackID))
    note(.temporalPosition, content?.double(.temporalPositionIndex))
    note(.acquisitionNumber, content?.double(.frameAcquisitionNumber))
    note(.acquisitionTime, content?.string(.frameAcquisitionDateTime))
    note(.echoTime, groups.macro(.mrEchoSequence, frame: frame)?.double(.effectiveEchoTime))
    note(.diffusionBValue, groups.macro(.mrDiffusionSequence, frame: frame)?.double(.diffusionBValue))
    note(.triggerTime, cardiac?.double(.nominalCardiacTriggerDelayTime))
    note(.cardiacPhase, cardiac?.double(.nominalPercentageOfCardiacPhase))
    note(.imageType, imageType.isEmpty ? nil : imageType.joined(separator: "\\"))
  }

  private init?(
    _ root: ItemReader, _ identity: Identity, position: ItemReader, orientation: ItemReader, measures: ItemReader
  ) {
    let place = position.doubles(.imagePositionPatient)
    let cosines = orientation.doubles(.imageOrientationPatient)
    let spacing = measures.doubles(.pixelSpacing)
    guard place.count == 3, cosines.count == 6, spacing.count == 2, spacing[0] > 0, spacing[1] > 0,
      let rows = root.int(.rows), let columns = root.int(.columns), rows > 0, columns > 0
    else { return nil }
    self.init(
      identity: identity, seriesUID: root.uid(.seriesInstanceUID) ?? "",
      frameOfReferenceUID: root.uid(.frameOfReferenceUID) ?? "", position: SIMD3(place[0], place[1], place[2]),
      rowDirection: SIMD3(cosines[0], cosines[1], cosines[2]),
      columnDirection: SIMD3(cosines[3], cosines[4], cosines[5]),
      rowSpacingMillimetres: spacing[0], columnSpacingMillimetres: spacing[1], rows: rows, columns: columns,
      sliceThicknessMillimetres: measures.double(.sliceThickness).flatMap { $0 > 0 ? $0 : nil },
      declaredSpacingMillimetres: measures.double(.spacingBetweenSlices).flatMap { $0 == 0 ? nil : abs($0) },
      instanceNumber: root.int(.instanceNumber) ?? 0)
  }

  private mutating func note(_ distinction: PlaneDistinction, _ number: Double?) {
    if let number { distinctions[distinction] = .number(number) }
  }

  private mutating func note(_ distinction: PlaneDistinction, _ text: String?) {
    if let text { distinctions[distinction] = .text(text) }
  }
}
