import DICOM

/// The dose of a CT (X-Ray Radiation Dose SR, PS3.3 §A.35.8; PS3.16 TID 10011).
struct DoseReport: DemoSeries {
  let study: DemoStudy
  let modality = "SR"
  let number = 90
  let count = 1
  private let modules: DemoModules
  private let dose: CTDose

  init(_ study: DemoStudy) {
    self.study = study
    dose = CTDose.of(study.kind)
    modules = DemoModules(
      study: study, modality: modality, seriesNumber: number, seriesDescription: "Dose report",
      sopClass: .xRayRadiationDoseSRStorage, bodyPart: nil, machine: "CT", delaySeconds: 300)
  }

  func dataSet(_ position: Int) -> DataSet {
    var set = modules.shared()
    modules.identify(&set, position: position)
    set.addReport(title: .dcm("113701", "X-Ray Radiation Dose Report"), template: "10011")
    var reported = DataSet(
      code: .sct("77477000", "Computed Tomography X-Ray"), as: .dcm("121058", "Procedure reported"),
      "HAS CONCEPT MOD")
    reported.set(
      .contentSequence,
      items: [
        DataSet(
          code: .sct("261004008", "Diagnostic Intent"), as: .sct("363703001", "Has Intent"), "HAS CONCEPT MOD")
      ])
    set.set(.contentSequence, items: [reported] + observer + scope + [total, acquisition, source])
    return set
  }

  /// The scanner (TID 1002).
  private var observer: [DataSet] {
    let site = study.patient.site
    let context = "HAS OBS CONTEXT"
    return [
      DataSet(code: .dcm("121007", "Device"), as: .dcm("121005", "Observer Type"), context),
      DataSet(
        uid: DemoUID.make(seed: study.seed, "device/\(site.code)/CT"), as: .dcm("121012", "Device Observer UID"),
        context),
      DataSet(
        text: site.applicationEntityTitle("CT"), as: .dcm("121013", "Device Observer Name"), context),
      DataSet(text: site.manufacturer, as: .dcm("121014", "Device Observer Manufacturer"), context),
      DataSet(text: site.model("CT"), as: .dcm("121015", "Device Observer Model Name"), context),
      DataSet(text: "\(site.code)CT1", as: .dcm("121016", "Device Observer Serial Number"), context),
    ]
  }

  private var scope: [DataSet] {
    let end = study.time.after(seconds: 60 + Int(dose.exposureSeconds.rounded(.up)))
    var scope = DataSet(
      code: .dcm("113014", "Study"), as: .dcm("113705", "Scope of Accumulation"), "HAS OBS CONTEXT")
    scope.set(
      .contentSequence,
      items: [DataSet(uid: study.uid, as: .dcm("110180", "Study Instance UID"), "HAS PROPERTIES")])
    return [
      DataSet(
        moment(study.time.after(seconds: 60)), as: .dcm("113809", "Start of X-Ray Irradiation"), "HAS OBS CONTEXT"),
      DataSet(moment(end), as: .dcm("113810", "End of X-Ray Irradiation"), "HAS OBS CONTEXT"),
      scope,
    ]
  }

  private func moment(_ time: DemoTime) -> String { study.date.dicom + time.dicom }

  /// CT Accumulated Dose Data (TID 10012).
  private var total: DataSet {
    DataSet(
      container: .dcm("113811", "CT Accumulated Dose Data"),
      [
        DataSet(1, "{events}", "events", as: .dcm("113812", "Total Number of Irradiation Events")),
        DataSet(dose.lengthProduct, "mGy.cm", as: .dcm("113813", "CT Dose Length Product Total")),
      ])
  }

  /// CT Irradiation Event Data (TID 10013).
  private var acquisition: DataSet {
    DataSet(
      container: .dcm("113819", "CT Acquisition"),
      [
        DataSet(text: dose.protocolName, as: .dcm("125203", "Acquisition Protocol")),
        DataSet(code: region, as: .dcm("123014", "Target Region")),
        DataSet(code: .sct("116152004", "Spiral Acquisition"), as: .dcm("113820", "CT Acquisition Type")),
        DataSet(uid: study.uid("irradiation"), as: .dcm("113769", "Irradiation Event UID")),
        DataSet(container: .dcm("113822", "CT Acquisition Parameters"), parameters),
        DataSet(
          container: .dcm("113829", "CT Dose"),
          [
            DataSet(dose.index, "mGy", as: .dcm("113830", "Mean CTDIvol")),
            DataSet(code: CTDose.phantom(study.kind), as: .dcm("113835", "CTDIw Phantom Type")),
            DataSet(dose.lengthProduct, "mGy.cm", as: .dcm("113838", "DLP")),
          ]),
      ])
  }

  private var parameters: [DataSet] {
    [
      DataSet(dose.exposureSeconds, "s", as: .dcm("113824", "Exposure Time")),
      DataSet(dose.scanningLength, "mm", as: .dcm("113825", "Scanning Length")),
      DataSet(0.6, "mm", as: .dcm("113826", "Nominal Single Collimation Width")),
      DataSet(38.4, "mm", as: .dcm("113827", "Nominal Total Collimation Width")),
      DataSet(dose.pitch, "{ratio}", "ratio", as: .dcm("113828", "Pitch Factor")),
      DataSet(1, "{X-Ray sources}", "X-Ray sources", as: .dcm("113823", "Number of X-Ray Sources")),
      DataSet(
        container: .dcm("113831", "CT X-Ray Source Parameters"),
        [
          DataSet(text: "A", as: .dcm("113832", "Identification of the X-Ray Source")),
          DataSet(120, "kV", as: .dcm("113733", "KVP")),
          DataSet(Double(dose.tubeCurrent + 40), "mA", as: .dcm("113833", "Maximum X-Ray Tube Current")),
          DataSet(Double(dose.tubeCurrent), "mA", as: .dcm("113734", "X-Ray Tube Current")),
          DataSet(dose.rotationSeconds, "s", as: .dcm("113834", "Exposure Time per Rotation")),
        ]),
    ]
  }

  private var region: Concept {
    switch study.kind {
    case .abdomenCT: .sct("113345001", "Abdomen")
    case .headCT: .sct("69536005", "Head")
    default: .sct("51185008", "Chest")
    }
  }

  private var source: DataSet {
    DataSet(
      code: .dcm("113856", "Automated Data Collection"), as: .dcm("113854", "Source of Dose Information"), "CONTAINS")
  }
}
