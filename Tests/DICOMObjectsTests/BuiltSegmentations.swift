import DICOM
import DICOMObjects
import Testing

/// Segmentations of the built series.
enum BuiltSegmentations {
  static let rows = 5
  static let columns = 7

  static func plane(_ slice: Int) -> FramePlane {
    FramePlane(
      position: SIMD3(-10, 5.5, Double(2 * slice)), rowDirection: [1, 0, 0], columnDirection: [0, 1, 0],
      measures: PixelMeasures(
        rowSpacingMillimetres: 0.5, columnSpacingMillimetres: 0.75, sliceThicknessMillimetres: 2,
        spacingBetweenSlicesMillimetres: 2))
  }

  static func segment(_ number: Int) -> Segment {
    Segment(
      number: number, label: "Lesion \(number)", description: "Found", algorithmType: .automatic,
      algorithmName: "Finder",
      category: .morphologicallyAbnormalStructure, type: CodedConcept("4147007", "SCT", "Mass"),
      anatomicRegion: CodedConcept("10200004", "SCT", "Liver"),
      anatomicRegionModifiers: [CodedConcept("24028007", "SCT", "Right")], trackingID: "T\(number)",
      trackingUID: UID("2.25.390.\(number)"), displayColor: [40_000, 50_000, 20_000])
  }

  /// Two segments on three slices; 35 pixels a frame, so that frames begin within bytes.
  static func build(_ kind: Segmentation.Kind) throws -> Segmentation {
    var random = Seeded(seed: 7)
    let isLabelmap = kind == .labelmap
    let slices = isLabelmap ? [0, 1, 2] : [0, 1, 2, 1, 2]
    let numbers: [Int?] = isLabelmap ? [nil, nil, nil] : [1, 1, 1, 2, 2]
    let most: UInt16
    switch kind {
    case .binary: most = 1
    case .fractional(_, let maximum): most = UInt16(maximum)
    case .labelmap: most = 2
    }
    let samples = slices.map { _ in (0..<rows * columns).map { _ in UInt16.random(in: 0...most, using: &random) } }
    let pixels = try #require(
      PackedFrames(samples, bitsAllocated: kind == .binary ? 1 : 8, pixelsPerFrame: rows * columns))
    return Segmentation(
      header: Identities.header(20), kind: kind, contentDescription: "Built", contentCreator: PersonName(dicom: "A^B"),
      frameOfReferenceUID: Identities.frameOfReference, rows: rows, columns: columns,
      segments: [segment(1), segment(2)],
      overlap: isLabelmap ? .no : .undefined,
      frames: zip(slices, numbers).map { slice, number in
        Segmentation.Frame(
          segment: number, plane: plane(slice), sources: [SourceImage(Identities.ct(slice + 1))])
      }, pixels: pixels, references: Identities.evidence((1...3).map(Identities.ct)),
      dimensionOrganizationUID: "2.25.395.1")
  }

  static let kinds: [Segmentation.Kind] = [.binary, .fractional(.probability, maximum: 200), .labelmap]

  /// 25 × 35 pixels in tiles of 10 × 10.
  static func matrix(_ organization: TotalPixelMatrix.Organization) -> TotalPixelMatrix {
    TotalPixelMatrix(
      organization, rows: 25, columns: 35,
      measures: PixelMeasures(
        rowSpacingMillimetres: 0.5, columnSpacingMillimetres: 0.25, sliceThicknessMillimetres: 0.001),
      origin: [20, 40, 0])
  }

  /// Segments on the tiles of a slide: all of them, or those with something on.
  static func slide(
    _ kind: Segmentation.Kind, _ organization: TotalPixelMatrix.Organization
  ) throws -> Segmentation {
    let matrix = matrix(organization)
    var random = Seeded(seed: 8)
    let numbers: [Int?] = kind == .labelmap ? [nil] : [1, 2]
    let most: UInt16 = kind == .binary ? 1 : 2
    var frames: [Segmentation.Frame] = []
    for number in numbers {
      for place in 0..<12 where organization == .full || (place + (number ?? 0)) % 3 == 0 {
        let (column, row) = (place % 4 * 10, place / 4 * 10)
        let tile = TilePosition(
          column: column + 1, row: row + 1, x: 20 - Double(row) * 0.5, y: 40 - Double(column) * 0.25, z: 0)
        frames.append(
          Segmentation.Frame(
            segment: number, plane: nil, tile: tile, sources: [SourceImage(Identities.slide, frames: [place + 1])]))
      }
    }
    let samples = frames.map { _ in (0..<100).map { _ in UInt16.random(in: 0...most, using: &random) } }
    return Segmentation(
      header: Identities.header(21), kind: kind, contentCreator: PersonName(dicom: "A^B"),
      frameOfReferenceUID: Identities.frameOfReference, rows: 10, columns: 10, segments: [segment(1), segment(2)],
      overlap: kind == .labelmap ? .no : .undefined, matrix: matrix, frames: frames,
      pixels: try #require(
        PackedFrames(samples, bitsAllocated: kind == .binary ? 1 : 8, pixelsPerFrame: 100)),
      references: Identities.evidence([Identities.slide]), dimensionOrganizationUID: "2.25.395.3")
  }

  struct Slide: Sendable, CustomTestStringConvertible {
    var kind: Segmentation.Kind
    var organization: TotalPixelMatrix.Organization
    var testDescription: String { "\(kind) \(organization.rawValue)" }
    func build() throws -> Segmentation { try BuiltSegmentations.slide(kind, organization) }
  }

  static let slides: [Slide] = kinds.flatMap { kind in
    [TotalPixelMatrix.Organization.full, .sparse].map { Slide(kind: kind, organization: $0) }
  }
}
