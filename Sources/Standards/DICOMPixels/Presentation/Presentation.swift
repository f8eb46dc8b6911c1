/// How one frame is to be shown: what a presentation state says of it (PS3.4 §N.2).
///
/// It stands in the place of everything the image itself says about its display. What is nil or empty is not applied,
/// though the image may have it.
public struct Presentation: Hashable, Sendable {
  /// To the range of interest (PS3.3 §C.11.8).
  public enum VOI: Hashable, Sendable {
    case window(Window)
    case table(LookupTable)
  }

  /// Overlays, graphics and texts drawn together in one tone (PS3.3 §C.10.7).
  public struct Layer: Hashable, Sendable {
    public var tone: Tone
    /// Groups of the overlay planes activated in this layer (PS3.3 §C.11.7), those of the state before those of the
    /// image.
    public var overlays: [UInt16]
    public var graphics: [Graphic]
    public var texts: [GraphicText]

    public init(
      tone: Tone = .white, overlays: [UInt16] = [], graphics: [Graphic] = [], texts: [GraphicText] = []
    ) {
      self.tone = tone
      self.overlays = overlays
      self.graphics = graphics
      self.texts = texts
    }
  }

  public var modality: ModalityLUT?
  public var voi: VOI?
  public var lut: PresentationLUT
  /// Red, green and blue for grey images, in place of `lut`: the values of interest are spread over the entries of each
  /// (PS3.3 §A.33.3). Anything but three tables is none.
  public var pseudoColor: [LookupTable]
  public var shutter: DisplayShutter?
  /// The overlay planes that are part of the state.
  public var planes: [OverlayPlane]
  /// From the lowest to the highest.
  public var layers: [Layer]
  /// What is shown, and how large; the whole image if nil.
  public var area: DisplayedArea?
  public var isFlippedHorizontally: Bool
  /// After the flip: 0, 90, 180 or 270 degrees clockwise; anything else is taken as 0.
  public var rotationDegrees: Int

  public init(
    modality: ModalityLUT? = nil, voi: VOI? = nil, lut: PresentationLUT = .identity,
    pseudoColor: [LookupTable] = [], shutter: DisplayShutter? = nil,
    planes: [OverlayPlane] = [], layers: [Layer] = [], area: DisplayedArea? = nil, isFlippedHorizontally: Bool = false,
    rotationDegrees: Int = 0
  ) {
    self.modality = modality
    self.voi = voi
    self.lut = lut
    self.pseudoColor = pseudoColor
    self.shutter = shutter
    self.planes = planes
    self.layers = layers
    self.area = area
    self.isFlippedHorizontally = isFlippedHorizontally
    self.rotationDegrees = rotationDegrees
  }
}
