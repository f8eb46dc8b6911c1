import DICOM
import DICOMObjects

/// Reports built for the tests.
enum BuiltReports {
  static let images = [Identities.ct(1), Identities.ct(2)]
  static let waveform = InstanceReference(
    sopClassUID: UID("1.2.840.10008.5.1.4.1.1.9.1.1"), sopInstanceUID: "2.25.340.1")
  static let segmentation = InstanceReference(sopClassUID: .segmentationStorage, sopInstanceUID: "2.25.341.1")

  /// Every value type, every relationship, an item by reference.
  static var everything: StructuredReport {
    let comment = CodedConcept("121106", "DCM", "Comment")
    let diameter = CodedConcept("81827009", "SCT", "Diameter")
    let circle = ContentItem(
      .inferredFrom, CodedConcept("111030", "DCM", "Image Region"),
      .spatialCoordinates(
        SpatialCoordinates(.circle, [.init(column: 10.5, row: 20.25), .init(column: 12, row: 20.25)])),
      children: [ContentItem(.selectedFrom, nil, .image(ImageReference(images[0])))])
    let items: [ContentItem] = [
      ContentItem(.hasObservationContext, .observerType, .code(.person)),
      ContentItem(.hasObservationContext, .personObserverName, .personName(PersonName(dicom: "Reader^Built"))),
      ContentItem(.contains, comment, .text("one line\r\nanother \\ line")),
      ContentItem(
        .contains, diameter, .numeric(NumericValue(12.345678901234567, .millimetre)),
        observationDateTime: "20261121101010", observationUID: "2.25.350.1",
        children: [
          circle, ContentItem(.hasConceptModifier, .derivation, .code(CodedConcept("R-00317", "SRT", "Mean"))),
        ]),
      ContentItem(
        .contains, diameter,
        .numeric(NumericValue(measured: nil, qualifier: CodedConcept("114006", "DCM", "Measurement failure")))),
      ContentItem(.contains, CodedConcept("111060", "DCM", "Study Date"), .date("20261121")),
      ContentItem(.contains, CodedConcept("111061", "DCM", "Study Time"), .time("101500")),
      ContentItem(.contains, CodedConcept("111526", "DCM", "DateTime Started"), .dateTime("20261121101500.5+0100")),
      ContentItem(
        .contains, CodedConcept("121018", "DCM", "Procedure Study Instance UID"), .uidReference(Identities.study)),
      ContentItem(.contains, CodedConcept("121191", "DCM", "Referenced Segment"), .composite(segmentation)),
      ContentItem(.contains, nil, .image(ImageReference(images[1]))),
      ContentItem(
        .contains, nil,
        .waveform(WaveformReference(waveform, channels: [.init(group: 1, channel: 0), .init(group: 1, channel: 2)]))),
      ContentItem(
        .contains, .regionInSpace,
        .spatialCoordinates3D(
          SpatialCoordinates3D(
            .polygon, [[0, 0, 1], [10, 0, 1], [10, 10, 1], [0, 0, 1]], frameOfReferenceUID: Identities.frameOfReference)
        )),
      ContentItem(
        .contains, CodedConcept("121112", "DCM", "Source of Measurement"),
        .temporalCoordinates(TemporalCoordinates(.segment, .timeOffsets([0.5, 1.5]))),
        children: [ContentItem(.selectedFrom, nil, .waveform(WaveformReference(waveform)))]),
      ContentItem(
        .contains, CodedConcept("121071", "DCM", "Finding"),
        .code(CodedConcept("a-value-that-is-longer-than-sixteen", "99BUILT", "A long code")),
        children: [ContentItem(.inferredFrom, nil, .reference([1, 4]))]),
      ContentItem(
        .contains, CodedConcept("121071", "DCM", "Finding"),
        .code(CodedConcept("urn:oid:2.25.999", "", "A code by URN"))),
    ]
    return StructuredReport(
      header: Identities.header(1, name: PersonName(dicom: "Müller^Jürgen=山田^太郎=やまだ^たろう")),
      sopClass: .comprehensive3DSRStorage,
      verifyingObservers: [
        .init(name: PersonName(dicom: "Verify^Built"), organization: "House", dateTime: "20261121103000")
      ],
      evidence: Identities.evidence(images + [waveform, segmentation]),
      root: ContentItem(
        .contains, CodedConcept("126000", "DCM", "Imaging Measurement Report"), .container(.separate), children: items))
  }

  /// A measurement report with a group of each kind (TID 1500).
  static var measurements: MeasurementReport {
    let liver = FindingSite(
      CodedConcept("10200004", "SCT", "Liver"), laterality: CodedConcept("24028007", "SCT", "Right"))
    let mass = CodedConcept("4147007", "SCT", "Mass")
    let algorithm = AlgorithmIdentification(name: "Finder", version: "2.1", parameters: ["threshold=0.5"])
    let circle = SpatialCoordinates(.circle, [.init(column: 40, row: 41), .init(column: 44, row: 41)])
    let volume = CodedConcept("118565006", "SCT", "Volume")
    let mean = CodedConcept("373098007", "SCT", "Mean")
    let planar = MeasurementGroup(
      .planar, trackingIdentifier: "Lesion 1", trackingUID: "2.25.360.1", finding: mass, findingSites: [liver],
      algorithm: algorithm, region: .contours([.init(circle, on: ImageReference(images[0]))]),
      measurements: [
        ReportedMeasurement(CodedConcept("410668003", "SCT", "Length"), NumericValue(8.5, .millimetre)),
        ReportedMeasurement(
          CodedConcept("112031", "DCM", "Attenuation Coefficient"), NumericValue(41.25, .hounsfieldUnit),
          derivation: mean, algorithm: algorithm),
      ],
      evaluations: [
        .init(CodedConcept("RID50149", "RADLEX", "Margin"), CodedConcept("RID5709", "RADLEX", "Circumscribed"))
      ])
    let volumetric = MeasurementGroup(
      .volumetric, trackingIdentifier: "Lesion 2", trackingUID: "2.25.360.2", finding: mass, findingSites: [liver],
      region: .segment(
        ImageReference(segmentation, segments: [1]), sources: [ImageReference(images[1])], sourceSeries: nil),
      measurements: [ReportedMeasurement(volume, NumericValue(1234.5, .cubicMillimetre))])
    let frame = MeasurementGroup(
      .planar, trackingIdentifier: "Lesion 3", trackingUID: "2.25.360.3", finding: mass,
      region: .segmentationFrame(
        ImageReference(segmentation, frames: [2]), sources: [ImageReference(images[1])]),
      measurements: [ReportedMeasurement(CodedConcept("42798000", "SCT", "Area"), NumericValue(77, .squareMillimetre))])
    let general = MeasurementGroup(
      .general, trackingIdentifier: "Patient", trackingUID: "2.25.360.4",
      measurements: [ReportedMeasurement(volume, NumericValue(0.1, .cubicMillimetre))])
    return MeasurementReport(
      observers: [.device(.init(uid: "2.25.370.1", name: "Reader")), .person(PersonName(dicom: "Reader^Built"))],
      proceduresReported: [CodedConcept("25045-6", "LN", "CT unspecified body region")],
      imageLibrary: [MeasurementReport.libraryGroup(of: images.map { ImageReference($0) })],
      groups: [planar, volumetric, frame, general])
  }

  static func measurementReport() throws -> StructuredReport {
    StructuredReport(
      header: Identities.header(2), sopClass: .comprehensive3DSRStorage,
      evidence: Identities.evidence(images + [segmentation]), root: try measurements.root())
  }

  static var keyObjects: KeyObjectSelection {
    KeyObjectSelection(
      header: Identities.header(3), title: .rejectedForQualityReasons,
      titleModifiers: [CodedConcept("111207", "DCM", "Image artifact(s)")], language: .english,
      observers: [.person(PersonName(dicom: "Reader^Built"))], description: "Motion in both",
      references: images.map { .image(ImageReference($0)) }, evidence: Identities.evidence(images))
  }

  /// A CT dose report with one event (TID 10011).
  static var dose: StructuredReport {
    let dlp = CodedConcept("mGy.cm", "UCUM", "mGy.cm")
    let milligray = CodedConcept("mGy", "UCUM", "mGy")
    let xRay = CodedConcept("77477000", "SCT", "Computed Tomography X-Ray")
    let total = ContentItem(
      .contains, .ctAccumulatedDoseData, .container(.separate), template: TemplateIdentification("10012"),
      children: [
        ContentItem(
          .contains, CodedConcept("113812", "DCM", "Total Number of Irradiation Events"),
          .numeric(NumericValue(1, CodedConcept("{events}", "UCUM", "events")))),
        ContentItem(.contains, .ctDoseLengthProductTotal, .numeric(NumericValue(321.5, dlp))),
      ])
    let figures = ContentItem(
      .contains, CodedConcept("113829", "DCM", "CT Dose"), .container(.separate),
      children: [
        ContentItem(.contains, .meanCTDIvol, .numeric(NumericValue(10.71, milligray))),
        ContentItem(.contains, .dlp, .numeric(NumericValue(321.5, dlp))),
      ])
    let event = ContentItem(
      .contains, .ctAcquisition, .container(.separate), template: TemplateIdentification("10013"),
      children: [
        ContentItem(.contains, .acquisitionProtocol, .text("Abdomen")),
        ContentItem(.contains, .irradiationEventUID, .uidReference("2.25.380.1")), figures,
      ])
    let root = ContentItem(
      .contains, .xRayRadiationDoseReport, .container(.separate), template: TemplateIdentification("10011"),
      children: [
        ContentItem(
          .hasConceptModifier, .procedureReported, .code(xRay),
          children: [
            ContentItem(
              .hasConceptModifier, CodedConcept("363703001", "SCT", "Has Intent"),
              .code(CodedConcept("261004008", "SCT", "Diagnostic Intent")))
          ]),
        ContentItem(.hasObservationContext, .observerType, .code(.device)),
        ContentItem(.hasObservationContext, .deviceObserverUID, .uidReference("2.25.370.1")),
        total, event,
      ])
    return StructuredReport(header: Identities.header(4), sopClass: .xRayRadiationDoseSRStorage, root: root)
  }

  static func all() throws -> [StructuredReport] {
    [everything, try measurementReport(), try StructuredReport(dataSet: keyObjects.dataSet()), dose]
  }
}

/// Dose reports that say all that their templates demand.
extension BuiltReports {
  private static func dcm(_ value: String, _ meaning: String) -> CodedConcept { CodedConcept(value, "DCM", meaning) }

  private static func number(_ name: CodedConcept, _ value: Double, _ unit: String) -> ContentItem {
    ContentItem(.contains, name, .numeric(NumericValue(value, CodedConcept(unit, "UCUM", unit))))
  }

  private static func container(_ name: CodedConcept, _ children: [ContentItem]) -> ContentItem {
    ContentItem(.contains, name, .container(.separate), children: children)
  }

  private static func head(_ procedure: CodedConcept) -> [ContentItem] {
    [
      ContentItem(
        .hasConceptModifier, .procedureReported, .code(procedure),
        children: [
          ContentItem(
            .hasConceptModifier, CodedConcept("363703001", "SCT", "Has Intent"),
            .code(CodedConcept("261004008", "SCT", "Diagnostic Intent")))
        ]),
      ContentItem(.hasObservationContext, .observerType, .code(.device)),
      ContentItem(.hasObservationContext, .deviceObserverUID, .uidReference("2.25.370.1")),
    ]
  }

  private static let scope = ContentItem(
    .hasObservationContext, dcm("113705", "Scope of Accumulation"), .code(dcm("113014", "Study")),
    children: [ContentItem(.hasProperties, dcm("110180", "Study Instance UID"), .uidReference(Identities.study))])

  private static let source = ContentItem(
    .contains, dcm("113854", "Source of Dose Information"), .code(dcm("113856", "Automated Data Collection")))

  private static let target = ContentItem(
    .contains, dcm("123014", "Target Region"), .code(CodedConcept("10200004", "SCT", "Liver")))

  static var tomographyDose: ContentItem {
    let tube = container(
      dcm("113831", "CT X-Ray Source Parameters"),
      [
        ContentItem(.contains, dcm("113832", "Identification of the X-Ray Source"), .text("A")),
        number(dcm("113733", "KVP"), 120, "kV"), number(dcm("113833", "Maximum X-Ray Tube Current"), 400, "mA"),
        number(dcm("113734", "X-Ray Tube Current"), 200, "mA"),
      ])
    let parameters = container(
      dcm("113822", "CT Acquisition Parameters"),
      [
        number(dcm("113824", "Exposure Time"), 4, "s"), number(dcm("113825", "Scanning Length"), 300, "mm"),
        number(dcm("113826", "Nominal Single Collimation Width"), 0.6, "mm"),
        number(dcm("113827", "Nominal Total Collimation Width"), 38.4, "mm"),
        number(dcm("113823", "Number of X-Ray Sources"), 1, "{X-Ray sources}"), tube,
      ])
    let figures = container(
      dcm("113829", "CT Dose"),
      [
        number(.meanCTDIvol, 10.71, "mGy"),
        ContentItem(
          .contains, dcm("113835", "CTDIw Phantom Type"), .code(dcm("113691", "IEC Body Dosimetry Phantom"))),
        number(.dlp, 321.5, "mGy.cm"),
      ])
    let event = container(
      .ctAcquisition,
      [
        ContentItem(.contains, .acquisitionProtocol, .text("Abdomen")), target,
        ContentItem(
          .contains, dcm("113820", "CT Acquisition Type"), .code(CodedConcept("116152004", "SCT", "Spiral Acquisition"))
        ),
        ContentItem(.contains, .irradiationEventUID, .uidReference("2.25.380.1")), parameters, figures,
      ])
    let times = [("113809", "Start of X-Ray Irradiation"), ("113810", "End of X-Ray Irradiation")].map {
      ContentItem(.hasObservationContext, dcm($0.0, $0.1), .dateTime("20261121101500"))
    }
    let total = container(
      .ctAccumulatedDoseData,
      [
        number(dcm("113812", "Total Number of Irradiation Events"), 1, "{events}"),
        number(.ctDoseLengthProductTotal, 321.5, "mGy.cm"),
      ])
    return ContentItem(
      .contains, .xRayRadiationDoseReport, .container(.separate), template: TemplateIdentification("10011"),
      children: head(CodedConcept("77477000", "SCT", "Computed Tomography X-Ray")) + times + [
        scope, total, event, source,
      ])
  }

  static var projectionDose: ContentItem {
    let plane = ContentItem(
      .hasConceptModifier, dcm("113764", "Acquisition Plane"), .code(dcm("113622", "Single Plane")))
    let event = container(
      .irradiationEventXRayData,
      [
        plane, ContentItem(.contains, .irradiationEventUID, .uidReference("2.25.380.2")),
        ContentItem(.contains, dcm("111526", "DateTime Started"), .dateTime("20261121101500")),
        ContentItem(.contains, dcm("113721", "Irradiation Event Type"), .code(dcm("113611", "Stationary Acquisition"))),
        target, number(.doseAreaProduct, 0.0001, "Gy.m2"),
      ])
    return ContentItem(
      .contains, .xRayRadiationDoseReport, .container(.separate),
      children: head(dcm("113704", "Projection X-Ray")) + [
        scope, container(.accumulatedXRayDoseData, [plane, number(.doseAreaProductTotal, 0.0001, "Gy.m2")]), event,
        source,
      ])
  }
}
