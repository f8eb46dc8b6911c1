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
      bodyPart: nil, model: "Demo Reporting", delaySeconds: 3600)
  }

  func dataSet(_ position: Int) -> DataSet {
    var set = modules.shared()
    modules.identify(&set, position: position)
    // SR Document Series and General (PS3.3 §C.17.1, §C.17.2).
    set.set(.referencedPerformedProcedureStepSequence, items: [])
    set.set(.completionFlag, .cs, "COMPLETE")
    set.set(.verificationFlag, .cs, "UNVERIFIED")
    set.set(.performedProcedureCodeSequence, items: [])
    // SR Document Content (PS3.3 §C.17.3).
    set.set(.valueType, .cs, "CONTAINER")
    set.set(.continuityOfContent, .cs, "SEPARATE")
    set.set(.conceptNameCodeSequence, code: "18748-4", scheme: "LN", meaning: "Diagnostic imaging report")
    var template = DataSet()
    template.set(.mappingResource, .cs, "DCMR")
    template.set(.templateIdentifier, .cs, "2000")
    set.set(.contentTemplateSequence, items: [template])
    let text = study.kind.report
    set.set(
      .contentSequence,
      items: [
        TextReport.language, observer,
        TextReport.section(
          ("121070", "Findings"), ("121071", "Finding"), text.findings),
        TextReport.section(("121072", "Impressions"), ("121073", "Impression"), [text.impression]),
      ])
    return set
  }

  private static var language: DataSet {
    var item = DataSet()
    item.set(.relationshipType, .cs, "HAS CONCEPT MOD")
    item.set(.valueType, .cs, "CODE")
    item.set(
      .conceptNameCodeSequence, code: "121049", scheme: "DCM", meaning: "Language of Content Item and Descendants")
    item.set(.conceptCodeSequence, code: "en", scheme: "RFC5646", meaning: "English")
    return item
  }

  private var observer: DataSet {
    var item = DataSet()
    item.set(.relationshipType, .cs, "HAS OBS CONTEXT")
    item.set(.valueType, .cs, "PNAME")
    item.set(.conceptNameCodeSequence, code: "121008", scheme: "DCM", meaning: "Person Observer Name")
    item.set(.personName, .pn, "Reader^Robin")
    return item
  }

  private static func section(
    _ heading: (code: String, meaning: String), _ concept: (code: String, meaning: String), _ texts: [String]
  ) -> DataSet {
    var section = DataSet()
    section.set(.relationshipType, .cs, "CONTAINS")
    section.set(.valueType, .cs, "CONTAINER")
    section.set(.continuityOfContent, .cs, "SEPARATE")
    section.set(.conceptNameCodeSequence, code: heading.code, scheme: "DCM", meaning: heading.meaning)
    section.set(
      .contentSequence,
      items: texts.map { text in
        var item = DataSet()
        item.set(.relationshipType, .cs, "CONTAINS")
        item.set(.valueType, .cs, "TEXT")
        item.set(.conceptNameCodeSequence, code: concept.code, scheme: "DCM", meaning: concept.meaning)
        item.set(.textValue, .ut, text)
        return item
      })
    return section
  }
}

extension DemoStudy.Kind {
  /// What the report says, in words that fit the phantom.
  fileprivate var report: (findings: [String], impression: String) {
    switch self {
    case .chestCT:
      (
        [
          "Solid nodule of 9 mm in the right upper lobe.",
          "Heart and great vessels of normal size. No enlarged lymph nodes. No effusion.",
        ], "Solitary pulmonary nodule, follow-up advised."
      )
    case .brainMR:
      (
        ["Focal lesion in the left frontal white matter, bright on T2.", "Ventricles of normal width."],
        "Single unspecific white matter lesion."
      )
    case .chestCR, .chestDX:
      (
        ["Round opacity in the right upper field, not seen before.", "Heart of normal size. No effusion."],
        "New nodule in the right upper lobe, CT advised."
      )
    case .heartUS: (["Normal size and function of the left ventricle."], "Normal study.")
    }
  }
}
