import DICOM

/// A report of the study in words: a Basic Text SR (PS3.3 §A.35.1, PS3.16 TID 2000).
struct TextReport: DemoSeries {
  let study: DemoStudy
  let modality = "SR"
  let number = 99
  let count = 1
  private let modules: DemoModules

  init(_ study: DemoStudy) {
    self.study = study
    modules = DemoModules(
      study: study, modality: modality, seriesNumber: number, seriesDescription: "Report",
      sopClass: .basicTextSRStorage,
      bodyPart: nil, delaySeconds: 3600)
  }

  func dataSet(_ position: Int) -> DataSet {
    var set = modules.shared()
    modules.identify(&set, position: position)
    set.addReport(title: .ln("18748-4", "Diagnostic imaging report"), template: "2000")
    let text = study.kind.report
    set.set(
      .contentSequence,
      items: [
        DataSet(
          code: Concept(code: "en", scheme: "RFC5646", meaning: "English"),
          as: .dcm("121049", "Language of Content Item and Descendants"), "HAS CONCEPT MOD"),
        observer,
        DataSet(
          container: .dcm("121070", "Findings"),
          text.findings.map { DataSet(text: $0, as: .dcm("121071", "Finding")) }),
        DataSet(
          container: .dcm("121072", "Impressions"),
          [DataSet(text: text.impression, as: .dcm("121073", "Impression"))]),
      ])
    return set
  }

  private var observer: DataSet {
    var item = DataSet()
    item.set(.relationshipType, .cs, "HAS OBS CONTEXT")
    item.set(.valueType, .cs, "PNAME")
    item.set(.conceptNameCodeSequence, items: [Concept.dcm("121008", "Person Observer Name").item])
    item.set(.personName, .pn, "Reader^Robin")
    return item
  }
}

extension DemoStudy.Kind {
  /// What the report says, in words that fit the phantom.
  fileprivate var report: (findings: [String], impression: String) {
    switch self {
    case .chestCT:
      (
        [
          "Solid nodule of 7 mm in the right upper lobe.",
          "Heart and great vessels of normal size. No enlarged lymph nodes. No effusion.",
        ], "Solitary pulmonary nodule, follow-up advised."
      )
    case .abdomenCT: (["Liver, spleen, pancreas and kidneys of normal size."], "Normal study.")
    case .headCT:
      (
        ["Fresh bleeding of 36 mm in the left basal ganglia with a rim of oedema.", "No shift of the midline."],
        "Intracerebral haemorrhage on the left."
      )
    case .brainMR:
      (
        ["Several small foci in the white matter, bright on T2.", "Ventricles of normal width."],
        "Unspecific white matter lesions."
      )
    case .chestCR, .chestDX:
      (
        ["Round opacity in the right upper field, grown since the prior.", "Heart of normal size. No effusion."],
        "Growing nodule in the right upper lobe, CT advised."
      )
    case .mammography: (["Dense tissue, BI-RADS C."], "Normal study.")
    case .heartUS: (["Normal size and function of the left ventricle."], "Normal study.")
    }
  }
}
