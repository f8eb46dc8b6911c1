public import DICOM

/// An enhanced multi-frame image of computed tomography or magnetic resonance, frame by frame (PS3.3 §A.36, §A.38).
///
/// Attributes that have no property here are kept as they are, of the image in ``attributes`` and of each frame in
/// ``Frame/others``; so an image that is read and written again says what it said. What an `ORIGINAL` image must say of
/// its acquisition beyond the properties goes there too.
public struct EnhancedImage: DICOMObject {
  public enum Kind: Hashable, Sendable, CaseIterable {
    case computedTomography
    case magneticResonance
    /// Legacy Converted: single frames put together (§A.70, §A.71).
    case convertedComputedTomography
    case convertedMagneticResonance

    public var sopClass: UID {
      switch self {
      case .computedTomography: .enhancedCTImageStorage
      case .magneticResonance: .enhancedMRImageStorage
      case .convertedComputedTomography: .legacyConvertedEnhancedCTImageStorage
      case .convertedMagneticResonance: .legacyConvertedEnhancedMRImageStorage
      }
    }

    var isConverted: Bool { self == .convertedComputedTomography || self == .convertedMagneticResonance }
    var isTomography: Bool { self == .computedTomography || self == .convertedComputedTomography }
    var frameTypeSequence: Tag { isTomography ? .ctImageFrameTypeSequence : .mrImageFrameTypeSequence }
  }

  /// What pixels are, of the image or of one frame (§C.8.16.2, Common CT/MR Image Description Macro).
  public struct Characteristics: Hashable, Sendable {
    /// Image Type or Frame Type: four values.
    public var type: [String]
    /// Pixel Presentation (0008,9205).
    public var pixelPresentation: String
    /// Volumetric Properties (0008,9206).
    public var volumetricProperties: String
    /// Volume Based Calculation Technique (0008,9207).
    public var volumeBasedCalculation: String
    /// Complex Image Component (0008,9208), of magnetic resonance.
    public var complexComponent: String?
    /// Acquisition Contrast (0008,9209), of magnetic resonance.
    public var acquisitionContrast: String?

    public init(
      type: [String], pixelPresentation: String = "MONOCHROME", volumetricProperties: String = "VOLUME",
      volumeBasedCalculation: String = "NONE", complexComponent: String? = nil, acquisitionContrast: String? = nil
    ) {
      self.type = type
      self.pixelPresentation = pixelPresentation
      self.volumetricProperties = volumetricProperties
      self.volumeBasedCalculation = volumeBasedCalculation
      self.complexComponent = complexComponent
      self.acquisitionContrast = acquisitionContrast
    }
  }

  /// A dimension that frames are sorted by (§C.7.6.17): an attribute and the functional group it stands in.
  public struct Dimension: Hashable, Sendable {
    public var index: Tag
    public var group: Tag
    public var organizationUID: UID

    public init(_ index: Tag, in group: Tag, organizationUID: UID) {
      self.index = index
      self.group = group
      self.organizationUID = organizationUID
    }
  }

  public var header: ObjectHeader
  public var kind: Kind
  public var frameOfReferenceUID: UID?
  public var characteristics: Characteristics
  /// Patient Position (0018,5100), such as HFS; may be empty.
  public var patientPosition: String
  /// Acquisition DateTime (0008,002A), DT; an `ORIGINAL` image has one.
  public var acquisitionDateTime: String?
  /// Content Qualification (0018,9004): PRODUCT, RESEARCH or SERVICE.
  public var contentQualification: String
  public var isBurnedIn: Bool
  public var rows: Int
  public var columns: Int
  public var bitsStored: Int
  public var isSigned: Bool
  public var dimensions: [Dimension]
  public var frames: [Frame]
  /// Stored samples, sign bits included; nil when only the header was read.
  public var pixels: PackedFrames?
  /// Attributes of the image that have no property here.
  public var attributes: OtherAttributes
  /// What was tolerated while reading; plays no part in equality.
  public internal(set) var findings: [ObjectFinding] = []

  public init(
    header: ObjectHeader, kind: Kind, frameOfReferenceUID: UID, characteristics: Characteristics,
    patientPosition: String = "", acquisitionDateTime: String? = nil, contentQualification: String = "RESEARCH",
    isBurnedIn: Bool = false,
    rows: Int, columns: Int, bitsStored: Int, isSigned: Bool, dimensions: [Dimension], frames: [Frame],
    pixels: PackedFrames?, attributes: OtherAttributes = OtherAttributes()
  ) {
    self.header = header
    self.kind = kind
    self.frameOfReferenceUID = frameOfReferenceUID
    self.characteristics = characteristics
    self.patientPosition = patientPosition
    self.acquisitionDateTime = acquisitionDateTime
    self.contentQualification = contentQualification
    self.isBurnedIn = isBurnedIn
    self.rows = rows
    self.columns = columns
    self.bitsStored = bitsStored
    self.isSigned = isSigned
    self.dimensions = dimensions
    self.frames = frames
    self.pixels = pixels
    self.attributes = attributes
  }

  /// The stored values of a frame counted from 0, row by row; empty when there is none.
  public func storedValues(frame: Int) -> [Int] {
    let unused = max(UInt16.bitWidth - bitsStored, 0)
    return (pixels?.samples(frame: frame) ?? []).map { sample in
      isSigned ? Int(Int16(bitPattern: sample << unused) >> unused) : Int((sample << unused) >> unused)
    }
  }

  /// The values of a frame behind its rescale, such as Hounsfield units.
  public func values(frame: Int) -> [Double] {
    guard frames.indices.contains(frame) else { return [] }
    let rescale = frames[frame].rescale
    return storedValues(frame: frame).map { Double($0) * (rescale?.slope ?? 1) + (rescale?.intercept ?? 0) }
  }

  public static func == (left: EnhancedImage, right: EnhancedImage) -> Bool {
    left.header == right.header && left.kind == right.kind && left.frameOfReferenceUID == right.frameOfReferenceUID
      && left.characteristics == right.characteristics && left.patientPosition == right.patientPosition
      && left.acquisitionDateTime == right.acquisitionDateTime
      && left.contentQualification == right.contentQualification && left.isBurnedIn == right.isBurnedIn
      && left.rows == right.rows && left.columns == right.columns && left.bitsStored == right.bitsStored
      && left.isSigned == right.isSigned && left.dimensions == right.dimensions && left.frames == right.frames
      && left.pixels == right.pixels && left.attributes == right.attributes
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(header)
    hasher.combine(frames)
    hasher.combine(pixels)
  }
}
