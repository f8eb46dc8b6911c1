public import DICOM

/// A whole-slide image: a level of the pyramid in tiles, with its place on the slide (PS3.3 §A.32.8).
public struct SlideImage: DICOMObject {
  /// What is on the slide (§C.7.6.22).
  public struct Specimen: Hashable, Sendable {
    public var identifier: String
    public var uid: UID

    public init(identifier: String, uid: UID) {
      self.identifier = identifier
      self.uid = uid
    }
  }

  /// Native samples of all tiles, one after the other.
  public enum Pixels: Hashable, Sendable {
    case gray8([UInt8])
    case gray16([UInt16])
    /// Red, green and blue of each pixel.
    case rgb([UInt8])
  }

  public var header: ObjectHeader
  public var frameOfReferenceUID: UID?
  /// Image Type (0008,0008), such as ORIGINAL, PRIMARY, VOLUME, NONE.
  public var imageType: [String]
  /// DT.
  public var acquisitionDateTime: String
  /// What the tube, box or glass is called that holds the specimens.
  public var containerIdentifier: String
  public var specimens: [Specimen]
  /// Imaged Volume Width and Height in millimetres and Depth in micrometres (0048,0001 to 0048,0003).
  public var imagedVolume: SIMD3<Float>
  public var matrix: TotalPixelMatrix
  /// Size of a tile.
  public var rows: Int
  public var columns: Int
  /// Where each tile begins.
  public var tiles: [TilePosition]
  public var opticalPath: OpticalPath
  public var pixels: Pixels
  public var isBurnedIn: Bool
  public var dimensionOrganizationUID: UID
  /// Attributes that have no property here.
  public var attributes: OtherAttributes
  /// What was tolerated while reading; plays no part in equality.
  public internal(set) var findings: [ObjectFinding] = []

  public init(
    header: ObjectHeader, frameOfReferenceUID: UID, imageType: [String] = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"],
    acquisitionDateTime: String, containerIdentifier: String, specimens: [Specimen], imagedVolume: SIMD3<Float>,
    matrix: TotalPixelMatrix, rows: Int,
    columns: Int, tiles: [TilePosition], opticalPath: OpticalPath, pixels: Pixels, isBurnedIn: Bool,
    dimensionOrganizationUID: UID, attributes: OtherAttributes = OtherAttributes()
  ) {
    self.header = header
    self.frameOfReferenceUID = frameOfReferenceUID
    self.imageType = imageType
    self.acquisitionDateTime = acquisitionDateTime
    self.containerIdentifier = containerIdentifier
    self.specimens = specimens
    self.imagedVolume = imagedVolume
    self.matrix = matrix
    self.rows = rows
    self.columns = columns
    self.tiles = tiles
    self.opticalPath = opticalPath
    self.pixels = pixels
    self.isBurnedIn = isBurnedIn
    self.dimensionOrganizationUID = dimensionOrganizationUID
    self.attributes = attributes
  }

  public static func == (left: SlideImage, right: SlideImage) -> Bool {
    left.header == right.header && left.frameOfReferenceUID == right.frameOfReferenceUID
      && left.imageType == right.imageType && left.acquisitionDateTime == right.acquisitionDateTime
      && left.containerIdentifier == right.containerIdentifier && left.specimens == right.specimens
      && left.imagedVolume == right.imagedVolume && left.matrix == right.matrix && left.rows == right.rows
      && left.columns == right.columns
      && left.tiles == right.tiles && left.opticalPath == right.opticalPath && left.pixels == right.pixels
      && left.isBurnedIn == right.isBurnedIn && left.attributes == right.attributes
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(header)
    hasher.combine(tiles)
    hasher.combine(pixels)
  }
}

extension SlideImage.Specimen: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    identifier = item.string(.specimenIdentifier) ?? ""
    uid = item.uid(.specimenUID) ?? ""
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.specimenIdentifier, text: identifier)
    writer.putNoItems(.issuerOfTheSpecimenIdentifierSequence)
    try writer.put(.specimenUID, uid: uid)
    writer.putNoItems(.specimenPreparationSequence)
  }
}
