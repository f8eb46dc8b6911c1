public import DICOM
public import DICOMPixels

/// How images are to be shown: a Grayscale Softcopy Presentation State (PS3.3 §A.33.1), or a Pseudo-Color one (§A.33.3),
/// which is read and not written.
public struct PresentationState: DICOMObject {
  /// The images of one series the state is for.
  public struct Series: Hashable, Sendable {
    public var seriesUID: UID
    public var images: [ImageReference]

    public init(seriesUID: UID, images: [ImageReference]) {
      self.seriesUID = seriesUID
      self.images = images
    }
  }

  /// From stored to manufacturer independent values (PS3.3 §C.11.1).
  public enum ModalityTransform: Hashable, Sendable {
    case rescale(slope: Double, intercept: Double, type: String)
    case table(LookupTable, type: String)
  }

  /// To the range of interest (PS3.3 §C.11.8).
  public struct VOITransform: Hashable, Sendable {
    public enum Rule: Hashable, Sendable {
      /// VOI LUT Function (0028,1056); nil is LINEAR.
      case window(center: Double, width: Double, explanation: String, function: String?)
      case table(LookupTable)
    }

    /// Empty for every image of the state.
    public var images: [ImageReference]
    public var rule: Rule

    public init(_ rule: Rule, images: [ImageReference] = []) {
      self.rule = rule
      self.images = images
    }
  }

  /// An overlay plane that is shown (PS3.3 §C.11.7).
  public struct Overlay: Hashable, Sendable {
    /// Its repeating group, 6000 to 601E.
    public var group: UInt16
    /// The layer it is shown in; nil for one that only a shutter uses.
    public var layer: String?
    /// The plane, where it is part of the state; otherwise it is the image's.
    public var plane: OverlayPlane?

    public init(group: UInt16, layer: String?, plane: OverlayPlane? = nil) {
      self.group = group
      self.layer = layer
      self.plane = plane
    }
  }

  public var header: ObjectHeader
  public var label: String
  public var description: String
  public var creator: PersonName
  public var series: [Series]
  public var modality: ModalityTransform?
  public var voi: [VOITransform]
  public var presentation: PresentationLUT
  /// Red, green and blue of a Pseudo-Color Softcopy Presentation State, in place of `presentation`; otherwise empty.
  public internal(set) var pseudoColor: [LookupTable] = []
  public var displayedAreas: [DisplayedAreaSelection]
  public var shutter: DisplayShutter?
  public var layers: [GraphicLayer]
  public var annotations: [GraphicAnnotation]
  public var overlays: [Overlay]
  /// Clockwise after the flip: 0, 90, 180 or 270 (PS3.3 §C.10.6).
  public var rotationDegrees: Int
  public var isFlippedHorizontally: Bool
  /// What was tolerated while reading; plays no part in equality.
  public internal(set) var findings: [ObjectFinding] = []

  public init(
    header: ObjectHeader, label: String, description: String = "", creator: PersonName = PersonName(),
    series: [Series], modality: ModalityTransform? = nil, voi: [VOITransform] = [],
    presentation: PresentationLUT = .identity, displayedAreas: [DisplayedAreaSelection], shutter: DisplayShutter? = nil,
    layers: [GraphicLayer] = [], annotations: [GraphicAnnotation] = [], overlays: [Overlay] = [],
    rotationDegrees: Int = 0, isFlippedHorizontally: Bool = false
  ) {
    self.header = header
    self.label = label
    self.description = description
    self.creator = creator
    self.series = series
    self.modality = modality
    self.voi = voi
    self.presentation = presentation
    self.displayedAreas = displayedAreas
    self.shutter = shutter
    self.layers = layers
    self.annotations = annotations
    self.overlays = overlays
    self.rotationDegrees = rotationDegrees
    self.isFlippedHorizontally = isFlippedHorizontally
  }

  public static func == (left: PresentationState, right: PresentationState) -> Bool {
    left.header == right.header && left.label == right.label && left.description == right.description
      && left.creator == right.creator && left.series == right.series && left.modality == right.modality
      && left.voi == right.voi && left.presentation == right.presentation && left.pseudoColor == right.pseudoColor
      && left.displayedAreas == right.displayedAreas && left.shutter == right.shutter && left.layers == right.layers
      && left.annotations == right.annotations && left.overlays == right.overlays
      && left.rotationDegrees == right.rotationDegrees
      && left.isFlippedHorizontally == right.isFlippedHorizontally
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(header)
    hasher.combine(annotations)
  }
}
