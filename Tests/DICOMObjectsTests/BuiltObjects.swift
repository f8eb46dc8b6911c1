import DICOM
import DICOMObjects
import DICOMPixels
import Testing

/// One object of each further kind, with how it reads back.
struct BuiltObject: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let dataSet: @Sendable () throws -> DataSet
  /// Whether a data set reads back as the same value.
  let isRead: @Sendable (DataSet) throws -> Bool
  /// Reads a data set, and throws what reading throws.
  let read: @Sendable (DataSet) throws -> Void

  init<Object: DICOMObject>(_ name: String, _ object: @escaping @Sendable () throws -> Object) {
    testDescription = name
    dataSet = { try object().dataSet() }
    isRead = { try Object(dataSet: $0) == object() }
    read = { _ = try Object(dataSet: $0) }
  }

  static let all: [BuiltObject] = [
    BuiltObject("Parametric Map of floats") { map(.float((0..<70).map { Float($0) / 3 })) },
    BuiltObject("Parametric Map of doubles") { map(.double((0..<70).map { Double($0) / 3 })) },
    BuiltObject("Parametric Map of integers") { map(.unsigned((0..<70).map { UInt16($0 * 3) })) },
    BuiltObject("Encapsulated PDF") { pdf },
    BuiltObject("Encapsulated CDA") { cda },
    BuiltObject("Secondary Capture, 8 bits") {
      capture(.gray8((0..<35).map { UInt8($0) }))
    },
    BuiltObject("Secondary Capture, 12 bits") {
      capture(.gray16((0..<35).map { UInt16($0 * 100) }, bitsStored: 12))
    },
    BuiltObject("Secondary Capture, colour") {
      capture(.rgb((0..<105).map { UInt8($0) }))
    },
    BuiltObject("Waveform") { waveform },
    BuiltObject("RT Structure Set") { structures },
    BuiltObject("Enhanced CT") { BuiltEnhanced.image(.computedTomography) },
    BuiltObject("Enhanced MR") { BuiltEnhanced.image(.magneticResonance) },
    BuiltObject("Legacy Converted CT") { BuiltEnhanced.image(.convertedComputedTomography) },
    BuiltObject("Whole-slide image, full") { try BuiltSlides.image(.full) },
    BuiltObject("Whole-slide image, sparse") { try BuiltSlides.image(.sparse) },
    BuiltObject("Whole-slide image, grey") { try BuiltSlides.gray },
    BuiltObject("Segmentation, binary") { try BuiltSegmentations.build(.binary) },
    BuiltObject("Segmentation, fractional") {
      try BuiltSegmentations.build(.fractional(.occupancy, maximum: 255))
    },
    BuiltObject("Structured Report") { BuiltReports.everything },
    BuiltObject("Key Object Selection") { BuiltReports.keyObjects },
    BuiltObject("Presentation State") { presentation },
    BuiltObject("Presentation State of tables") { tables },
  ]

  /// Those that are neither reports nor segmentations, which have tests of their own.
  static let withFacts = all.filter { object in
    !["Segmentation", "Structured Report", "Key Object", "Enhanced", "Legacy", "Whole"].contains {
      object.testDescription.hasPrefix($0)
    }
  }

  static func map(_ samples: MapSamples) -> ParametricMap {
    let isFloating = if case .unsigned = samples { false } else { true }
    let mapping = RealWorldValueMapping(
      label: "ADC", explanation: "Apparent diffusion", firstMapped: 0, lastMapped: isFloating ? 1000 : 4095,
      rule: .linear(slope: 0.5, intercept: -1), unit: CodedConcept("um2/s", "UCUM", "um2/s"),
      quantity: CodedConcept("113041", "DCM", "Apparent Diffusion Coefficient"))
    return ParametricMap(
      header: Identities.header(30), modality: "MR", contentCreator: PersonName(dicom: "A^B"),
      frameOfReferenceUID: Identities.frameOfReference, rows: 5, columns: 7,
      frames: (0..<2).map {
        ParametricMap.Frame(
          plane: BuiltSegmentations.plane($0), mappings: [mapping], sources: [SourceImage(Identities.ct($0 + 1))])
      }, samples: samples, references: Identities.evidence((1...2).map(Identities.ct)),
      dimensionOrganizationUID: "2.25.395.2")
  }

  static var pdf: EncapsulatedDocument {
    EncapsulatedDocument(
      header: Identities.header(31), format: .pdf, title: "Befund für Jürgen",
      concept: CodedConcept("18748-4", "LN", "Diagnostic imaging report"), isBurnedIn: true,
      sources: [Identities.ct(1)], document: Array("%PDF-1.4 odd number of bytes".utf8) + [10])
  }

  static var cda: EncapsulatedDocument {
    EncapsulatedDocument(
      header: Identities.header(32), format: .cda(instanceIdentifier: "2.25.999^7"), title: "", isBurnedIn: true,
      document: Array("<ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>".utf8))
  }

  static func capture(_ pixels: SecondaryCapture.Pixels) -> SecondaryCapture {
    SecondaryCapture(
      header: Identities.header(33), conversion: .workstation, rows: 5, columns: 7, pixels: pixels, isBurnedIn: false)
  }

  static var waveform: Waveform {
    let unit = CodedConcept("uV", "UCUM", "microvolt")
    let leads = [("2:1", "Lead I"), ("2:2", "Lead II")]
    let samples = (0..<40).map { Int16($0 * 50 - 1000) }
    return Waveform(
      header: Identities.header(34), sopClass: "1.2.840.10008.5.1.4.1.1.9.1.2", modality: "ECG",
      acquisitionDateTime: "20261121101500",
      groups: [
        WaveformGroup(
          label: "RHYTHM", samplingFrequencyHertz: 500, sampleCount: 20,
          channels: leads.map { value, meaning in
            WaveformChannel(
              source: CodedConcept(value, "MDC", meaning),
              scale: .init(sensitivity: 1.25, correctionFactor: 2, baseline: 10, unit: unit), bitsStored: 16,
              filterLowHertz: 0.05, filterHighHertz: 300)
          }, interpretation: .signed16,
          data: samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
      ])
  }

  static var structures: StructureSet {
    let contour = StructureSet.Contour(
      .closedPlanar, points: [[0, 0, 1], [10.5, 0, 1], [10.5, 20.25, 1]], images: [ImageReference(Identities.ct(1))])
    return StructureSet(
      header: Identities.header(35), label: "PLAN", date: DateTime(date: "20261121", time: "103000"),
      regions: [
        .init(
          number: 1, name: "Leber", frameOfReferenceUID: Identities.frameOfReference, generationAlgorithm: "MANUAL",
          displayColor: [255, 0, 128], contours: [contour], interpretedType: "ORGAN"),
        .init(
          number: 7, name: "Iso", frameOfReferenceUID: Identities.frameOfReference, generationAlgorithm: "MANUAL",
          contours: [.init(.point, points: [[1, 2, 3]])], interpretedType: "ISOCENTER",
          interpreter: PersonName(dicom: "A^B")),
      ], references: [Identities.frameOfReference: Identities.evidence([Identities.ct(1)])])
  }

  /// Window, annotations of every kind, shutters, a turn.
  static var presentation: PresentationState {
    let images = [Identities.ct(1), Identities.ct(2)].map { ImageReference($0) }
    let box = GraphicAnnotation.Text.Box(
      units: .display, topLeft: .init(column: 0.25, row: 0.5), bottomRight: .init(column: 0.5, row: 0.75),
      justification: "CENTER")
    let annotation = GraphicAnnotation(
      layer: "FINDINGS", images: [images[0]],
      texts: [
        .init("12 mm", box: box),
        .init("here", box: nil, anchor: .init(units: .pixel, point: .init(column: 4.5, row: 3), isVisible: true)),
      ],
      graphics: [
        .init(.point, points: [.init(column: 1, row: 2)]),
        .init(.polyline, points: [.init(column: 1, row: 2), .init(column: 3, row: 4)], isFilled: true),
        .init(.circle, units: .display, points: [.init(column: 0.5, row: 0.5), .init(column: 0.5, row: 0.75)]),
      ])
    return PresentationState(
      header: Identities.header(36), label: "FINDINGS", description: "Built", creator: PersonName(dicom: "A^B"),
      series: [.init(seriesUID: Identities.sourceSeries, images: images)],
      modality: .rescale(slope: 1, intercept: -1024, type: "HU"),
      voi: [
        .init(.window(center: 40, width: 400, explanation: "SOFT", function: "LINEAR_EXACT"), images: [images[0]]),
        .init(.window(center: 600, width: 1500, explanation: "", function: nil), images: [images[1]]),
      ], presentation: .inverse,
      displayedAreas: [
        DisplayedAreaSelection(
          DisplayedArea(topLeft: [1, 1], bottomRight: [512, 512], size: .trueSize, shape: .spacing([0.5, 0.5])),
          images: [images[0]]),
        DisplayedAreaSelection(
          DisplayedArea(topLeft: [10, 1], bottomRight: [300, 200], size: .magnify(2)), images: [images[1]]),
      ],
      shutter: DisplayShutter(
        [
          .rectangular(left: 1, right: 500, upper: 2, lower: 400), .circular(row: 200, column: 210, radius: 100),
          .polygonal([1, 1, 1, 400, 400, 400]),
        ], presentationValue: 0),
      layers: [
        GraphicLayer(
          "FINDINGS", order: 1, description: "What was found",
          tone: Tone(presentationValue: 0x8000, lab: [0xFFFF, 0x8080, 0x8080]))
      ], annotations: [annotation],
      overlays: [
        .init(
          group: 0x6000, layer: "FINDINGS",
          plane: OverlayPlane(group: 0x6000, rows: 4, columns: 4, origin: [-1, 2], source: .bits([0x0F, 0xF0])))
      ],
      rotationDegrees: 90, isFlippedHorizontally: true)
  }

  /// A table at each stage.
  static var tables: PresentationState {
    let ramp = (0..<256).map { UInt16($0 * 257) }
    let bytes = (0..<256).map { UInt16($0) }
    return PresentationState(
      header: Identities.header(37), label: "TABLES",
      series: [.init(seriesUID: Identities.sourceSeries, images: [ImageReference(Identities.ct(1))])],
      modality: .table(LookupTable(firstMapped: 100, bits: 16, entries: ramp), type: "US"),
      voi: [.init(.table(LookupTable(firstMapped: 0, bits: 8, entries: bytes, explanation: "Lung")))],
      presentation: .table(LookupTable(firstMapped: 0, bits: 16, entries: ramp.reversed())),
      displayedAreas: [DisplayedAreaSelection(DisplayedArea(topLeft: [1, 1], bottomRight: [512, 512]))],
      shutter: DisplayShutter([.bitmap(overlayGroup: 0x6000)], presentationValue: 0x8080),
      overlays: [
        .init(
          group: 0x6000, layer: nil, plane: OverlayPlane(group: 0x6000, rows: 2, columns: 8, source: .bits([1, 128])))
      ])
  }
}
