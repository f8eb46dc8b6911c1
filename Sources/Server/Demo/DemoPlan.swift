import ArchiveCore
import DICOM

/// A site of the demo hospital and what stands in it.
struct DemoSite: Hashable, Sendable {
  var id: SiteID
  var institution: String
  /// Timezone Offset From UTC (0008,0201).
  var offset: String
  var manufacturer: String
  /// Prefix of station names and patient ids.
  var code: String

  static let all = [
    DemoSite(
      id: SiteID("harbour"), institution: "Harbour General Hospital", offset: "+0100", manufacturer: "Isocenter Demo",
      code: "HGH"),
    DemoSite(
      id: SiteID("hill"), institution: "Hill Street Clinic", offset: "+0200", manufacturer: "Isocenter Demo",
      code: "HSC"),
  ]
}

struct DemoPatient: Hashable, Sendable {
  var ordinal: Int
  var site: DemoSite
  var script: DemoScript
  var name: PersonName
  var id: String
  var birthDate: DemoDate
  var isFemale: Bool
  /// Size against the average, 0.9 to 1.1.
  var build: Double
}

struct DemoStudy: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case chestCT, brainMR, chestCR, chestDX, heartUS
  }

  var seed: UInt64
  /// Among the studies of the demo, from 0.
  var ordinal: Int
  var patient: DemoPatient
  /// Among the patient's studies, from 0: a later one has priors.
  var visit: Int
  var kind: Kind
  var date: DemoDate
  var time: DemoTime
  var hasReport: Bool

  var accessionNumber: String { "\(patient.site.code)\(100_000 + ordinal)" }
  /// What identifiers are made of.
  var path: String { "patient/\(patient.ordinal)/study/\(visit)" }
  var uid: UID { DemoUID.make(seed: seed, path) }

  func uid(_ more: String) -> UID { DemoUID.make(seed: seed, "\(path)/\(more)") }
}

/// Who comes when for what.
enum DemoPlan {
  /// What the patients of each script come for, visit by visit: six patients, eight studies, two patients with priors.
  private static func visits(of script: DemoScript) -> [(kind: DemoStudy.Kind, hasReport: Bool)] {
    switch script {
    case .latin: [(.chestCT, true), (.chestCT, false)]
    case .greek: [(.brainMR, false)]
    case .japanese: [(.chestCR, false), (.chestDX, true)]
    case .arabic: [(.heartUS, false)]
    case .cyrillic: [(.brainMR, true)]
    case .unicode: [(.chestCT, false)]
    }
  }

  /// So many studies, patient by patient, a patient's priors first.
  static func studies(seed: UInt64, count: Int) -> [DemoStudy] {
    var studies: [DemoStudy] = []
    studies.reserveCapacity(max(0, count))
    var patientOrdinal = 0
    while studies.count < count {
      var random = DemoRandom(seed: seed, patientOrdinal)
      let patient = patient(patientOrdinal, &random)
      let visits = visits(of: patient.script)
      let last = DemoDate.present.before(days: random.below(60))
      for (visit, purpose) in visits.enumerated() where studies.count < count {
        let daysBefore = (visits.count - 1 - visit) * (300 + random.below(200))
        studies.append(
          DemoStudy(
            seed: seed, ordinal: studies.count, patient: patient, visit: visit, kind: purpose.kind,
            date: last.before(days: daysBefore), time: DemoTime(seconds: 25_200 + random.below(36_000)),
            hasReport: purpose.hasReport))
      }
      patientOrdinal += 1
    }
    return studies
  }

  private static func patient(_ ordinal: Int, _ random: inout DemoRandom) -> DemoPatient {
    let script = DemoScript.allCases[ordinal % DemoScript.allCases.count]
    let site = DemoSite.all[ordinal % DemoSite.all.count]
    let isFemale = random.below(2) == 0
    return DemoPatient(
      ordinal: ordinal, site: site, script: script,
      name: DemoNames.draw(script, isFemale: isFemale, from: &random), id: "\(site.code)-\(10_000 + ordinal)",
      birthDate: DemoDate.present.before(days: 9_000 + random.below(21_000)), isFemale: isFemale,
      build: random.between(0.92, 1.08))
  }
}
