/// TID 10001, 10002, 10003, 10011, 10012 and 10013 (PS3.16 Annex A): what every dose report must say.
extension Template {
  private static let isDoseReport: @Sendable (CodedConcept) -> Bool = { $0 == .xRayRadiationDoseReport }

  static let projectionDose = Template(
    identifier: "10001", isTitle: isDoseReport,
    rows: report + observers + [
      scope("6"),
      TemplateRow(
        "11", .contains, [.container], [.accumulatedXRayDoseData], .mandatory, most: 2,
        children: [TemplateRow("2", .hasConceptModifier, [.code], [dose("113764", "Acquisition Plane")], .mandatory)]),
      TemplateRow(
        "14", .contains, [.container], [.irradiationEventXRayData], most: nil, template: { _ in projectionEvent }),
      source("18"),
    ])

  static let tomographyDose = Template(
    identifier: "10011", isTitle: isDoseReport,
    rows: report + observers + [
      TemplateRow(
        "5", .hasObservationContext, [.dateTime], [dose("113809", "Start of X-Ray Irradiation")], .mandatory),
      TemplateRow("6", .hasObservationContext, [.dateTime], [dose("113810", "End of X-Ray Irradiation")], .mandatory),
      scope("7"),
      TemplateRow(
        "9", .contains, [.container], [.ctAccumulatedDoseData], .mandatory,
        children: [
          number("2", dose("113812", "Total Number of Irradiation Events")), number("3", .ctDoseLengthProductTotal),
        ]),
      TemplateRow("10", .contains, [.container], [.ctAcquisition], most: nil, template: { _ in tomographyEvent }),
      source("12"),
    ])

  static let projectionEvent = Template(
    identifier: "10003", isTitle: { $0 == .irradiationEventXRayData },
    rows: [
      TemplateRow("2", .hasConceptModifier, [.code], [dose("113764", "Acquisition Plane")], .mandatory),
      TemplateRow("3", .contains, [.uidReference], [.irradiationEventUID], .mandatory),
      TemplateRow("6", .contains, [.dateTime], [dose("111526", "DateTime Started")], .mandatory),
      TemplateRow("7", .contains, [.code], [dose("113721", "Irradiation Event Type")], .mandatory),
      TemplateRow("8", .contains, [.text], [.acquisitionProtocol]),
      TemplateRow("17", .contains, [.code], [targetRegion], .mandatory),
    ])

  static let tomographyEvent = Template(
    identifier: "10013", isTitle: { $0 == .ctAcquisition },
    rows: [
      TemplateRow("2", .contains, [.text], [.acquisitionProtocol]),
      TemplateRow("3", .contains, [.code], [targetRegion], .mandatory),
      TemplateRow("4", .contains, [.code], [acquisitionType], .mandatory),
      TemplateRow("6", .contains, [.uidReference], [.irradiationEventUID], .mandatory),
      TemplateRow(
        "7", .contains, [.container], [dose("113822", "CT Acquisition Parameters")], .mandatory, children: parameters),
      TemplateRow(
        "21", .contains, [.container], [dose("113829", "CT Dose")],
        .mandatoryIf { $0.has(acquisitionType) && !$0.says(acquisitionType, [constantAngle]) },
        children: [
          number("22", .meanCTDIvol),
          TemplateRow("23", .contains, [.code], [dose("113835", "CTDIw Phantom Type")], .mandatory),
          number("26", .dlp),
        ]),
    ])

  /// Rows 8 to 18 of TID 10013.
  private static let parameters: [TemplateRow] = [
    number("8", dose("113824", "Exposure Time")), number("9", dose("113825", "Scanning Length")),
    number("10", dose("113826", "Nominal Single Collimation Width")),
    number("11", dose("113827", "Nominal Total Collimation Width")),
    TemplateRow("12", .contains, [.numeric], [pitch]), number("13", dose("113823", "Number of X-Ray Sources")),
    TemplateRow(
      "14", .contains, [.container], [dose("113831", "CT X-Ray Source Parameters")], .mandatory, most: nil,
      children: [
        TemplateRow(
          "15", .contains, [.text], [dose("113832", "Identification of the X-Ray Source")], .mandatory),
        number("16", dose("113733", "KVP")), number("17", dose("113833", "Maximum X-Ray Tube Current")),
        number("18", dose("113734", "X-Ray Tube Current")),
      ]),
  ]

  /// Rows 2 and 3 of both reports.
  private static let report: [TemplateRow] = [
    TemplateRow(
      "2", .hasConceptModifier, [.code], [.procedureReported], .mandatory,
      children: [TemplateRow("3", .hasConceptModifier, [.code], intents, .mandatory)])
  ]

  private static func scope(_ row: String) -> TemplateRow {
    TemplateRow(
      row, .hasObservationContext, [.code], [dose("113705", "Scope of Accumulation")], .mandatory,
      children: [TemplateRow("\(row)+", .hasProperties, [.uidReference], [], .mandatory, most: nil)])
  }

  private static func source(_ row: String) -> TemplateRow {
    TemplateRow(row, .contains, [.code], [dose("113854", "Source of Dose Information")], .mandatory, most: nil)
  }

  private static func number(_ row: String, _ name: CodedConcept) -> TemplateRow {
    TemplateRow(row, .contains, [.numeric], [name], .mandatory)
  }

  private static func dose(_ value: String, _ meaning: String) -> CodedConcept { CodedConcept(value, "DCM", meaning) }

  private static let targetRegion = dose("123014", "Target Region")
  private static let acquisitionType = dose("113820", "CT Acquisition Type")
  private static let constantAngle = dose("113805", "Constant Angle Acquisition")
  private static let pitch = dose("113828", "Pitch Factor")
  private static let intents = [
    CodedConcept("363703001", "SCT", "Has Intent"), CodedConcept("G-C0E8", "SRT", "Has Intent"),
  ]
}
