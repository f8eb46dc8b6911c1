public import DICOM

/// Regions of interest drawn for radiotherapy, as contours in the patient (PS3.3 §A.19, §C.8.8.5, §C.8.8.6).
public struct StructureSet: DICOMObject {
  /// A region of interest with its contours and its meaning.
  public struct Region: Hashable, Sendable {
    public var number: Int
    public var name: String
    public var frameOfReferenceUID: UID
    /// ROI Generation Algorithm (3006,0036): AUTOMATIC, SEMIAUTOMATIC, MANUAL, or empty.
    public var generationAlgorithm: String
    /// Red, green and blue, 0 to 255.
    public var displayColor: [Int]?
    public var contours: [Contour]
    /// RT ROI Interpreted Type (3006,00A4), such as `PTV` or `ORGAN`; nil when nobody has said.
    public var interpretedType: String?
    public var interpreter: PersonName
    public var observationNumber: Int

    public init(
      number: Int, name: String, frameOfReferenceUID: UID, generationAlgorithm: String = "", displayColor: [Int]? = nil,
      contours: [Contour], interpretedType: String? = nil, interpreter: PersonName = PersonName(),
      observationNumber: Int? = nil
    ) {
      self.number = number
      self.name = name
      self.frameOfReferenceUID = frameOfReferenceUID
      self.generationAlgorithm = generationAlgorithm
      self.displayColor = displayColor
      self.contours = contours
      self.interpretedType = interpretedType
      self.interpreter = interpreter
      self.observationNumber = observationNumber ?? number
    }
  }

  /// A contour, in millimetres in the frame of reference of its region.
  public struct Contour: Hashable, Sendable {
    public enum GeometricType: String, Hashable, Sendable {
      case point = "POINT"
      case openPlanar = "OPEN_PLANAR"
      case openNonplanar = "OPEN_NONPLANAR"
      case closedPlanar = "CLOSED_PLANAR"
      case closedPlanarXOR = "CLOSEDPLANAR_XOR"
    }

    public var type: GeometricType
    public var points: [SIMD3<Double>]
    public var images: [ImageReference]

    public init(_ type: GeometricType, points: [SIMD3<Double>], images: [ImageReference] = []) {
      self.type = type
      self.points = points
      self.images = images
    }
  }

  public var header: ObjectHeader
  /// Structure Set Label (3006,0002).
  public var label: String
  /// Structure Set Date and Time.
  public var date: DateTime
  public var regions: [Region]
  /// The images the contours were drawn on, by frame of reference.
  public var references: [UID: [HierarchicalReference]]
  /// What was tolerated while reading; plays no part in equality.
  public internal(set) var findings: [ObjectFinding] = []

  public init(
    header: ObjectHeader, label: String, date: DateTime, regions: [Region],
    references: [UID: [HierarchicalReference]] = [:]
  ) {
    self.header = header
    self.label = label
    self.date = date
    self.regions = regions
    self.references = references
  }

  public static func == (left: StructureSet, right: StructureSet) -> Bool {
    left.header == right.header && left.label == right.label && left.date == right.date
      && left.regions == right.regions && left.references == right.references
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(header)
    hasher.combine(regions)
  }
}
