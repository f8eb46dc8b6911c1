import ArchiveCore
import DICOM

struct DemoPatient: Hashable, Sendable {
  var ordinal: Int
  var site: DemoSite
  var script: DemoScript
  var name: PersonName
  var id: String
  var birthDate: DemoDate
  var isFemale: Bool
  /// Size against the average, 0.92 to 1.04.
  var scale: Double
  var build: TorsoPhantom.Build
}

struct DemoStudy: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable, CaseIterable {
    case chestCT, abdomenCT, headCT, brainMR, chestCR, chestDX, mammography, heartUS
  }

  var seed: UInt64
  /// Among the studies of the demo, from 0.
  var ordinal: Int
  var patient: DemoPatient
  /// Among the patient's studies, from 0.
  var visit: Int
  var kind: Kind
  var date: DemoDate
  var time: DemoTime
  var hasReport = false
  /// Half width of the nodule or mass that this visit finds, in millimetres; 0 when there is none.
  var noduleRadius = 0.0
  /// One of many that are made to be many: two small images.
  var isSmall = false

  var accessionNumber: String { "\(patient.site.code)\((isSmall ? 5_000_000 : 100_000) + ordinal)" }
  /// What identifiers are made of.
  var path: String { "\(isSmall ? "many" : "patient")/\(patient.ordinal)/study/\(visit)" }
  var uid: UID { DemoUID.make(seed: seed, path) }

  func uid(_ more: String) -> UID { DemoUID.make(seed: seed, "\(path)/\(more)") }

  /// The patient as this visit finds them.
  var build: TorsoPhantom.Build {
    var build = patient.build
    build.noduleRadius = noduleRadius
    return build
  }
}

/// Who comes when for what.
enum DemoPlan {
  private struct Visit {
    var kind: DemoStudy.Kind
    /// Before the patient's last visit.
    var daysBefore = 0
    var hasReport = false
    var noduleRadius = 0.0

    init(_ kind: DemoStudy.Kind, daysBefore: Int = 0, report: Bool = false, nodule: Double = 0) {
      (self.kind, self.daysBefore, hasReport, noduleRadius) = (kind, daysBefore, report, nodule)
    }
  }

  private struct Case {
    var script: DemoScript
    var site: Int
    /// `nil` lets the seed decide.
    var isFemale: Bool?
    var visits: [Visit]
  }

  /// Twelve patients, twenty studies; what was small in the prior has grown.
  private static let cases = [
    Case(
      script: .latin, site: 0, isFemale: false,
      visits: [Visit(.chestCT, daysBefore: 412, report: true, nodule: 3.5), Visit(.chestCT, nodule: 8)]),
    Case(
      script: .japanese, site: 1, isFemale: true,
      visits: [Visit(.chestCR, daysBefore: 540, nodule: 5), Visit(.chestDX, report: true, nodule: 11)]),
    Case(script: .greek, site: 1, visits: [Visit(.brainMR, report: true)]),
    Case(script: .korean, site: 0, visits: [Visit(.chestDX, daysBefore: 2), Visit(.abdomenCT)]),
    Case(script: .cyrillic, site: 0, visits: [Visit(.headCT, daysBefore: 9, report: true), Visit(.brainMR)]),
    Case(script: .arabic, site: 1, visits: [Visit(.chestCR, daysBefore: 1), Visit(.heartUS, report: true)]),
    Case(
      script: .chinese, site: 0, isFemale: true,
      visits: [Visit(.mammography, daysBefore: 735), Visit(.mammography, nodule: 6)]),
    Case(script: .latin, site: 1, visits: [Visit(.heartUS)]),
    Case(script: .unicode, site: 0, isFemale: true, visits: [Visit(.chestDX, daysBefore: 20), Visit(.chestCT)]),
    Case(script: .hebrew, site: 1, visits: [Visit(.chestDX)]),
    Case(script: .thai, site: 0, visits: [Visit(.headCT)]),
    Case(script: .latin, site: 1, isFemale: true, visits: [Visit(.brainMR, daysBefore: 200), Visit(.chestDX)]),
  ]

  /// The studies of the hospital, patient by patient, a patient's priors first.
  static func hospital(seed: UInt64) -> [DemoStudy] {
    var studies: [DemoStudy] = []
    for (ordinal, plan) in cases.enumerated() {
      var random = DemoRandom(seed: seed, ordinal)
      let patient = patient(ordinal, plan.script, DemoSite.all[plan.site], plan.isFemale, &random)
      let last = DemoDate.present.before(days: random.below(40))
      for (visit, purpose) in plan.visits.enumerated() {
        studies.append(
          DemoStudy(
            seed: seed, ordinal: studies.count, patient: patient, visit: visit, kind: purpose.kind,
            date: last.before(days: purpose.daysBefore), time: DemoTime(seconds: 25_200 + random.below(36_000)),
            hasReport: purpose.hasReport, noduleRadius: purpose.noduleRadius))
      }
    }
    return studies
  }

  /// One of many small studies; each is made from its number alone. A patient has two.
  static func small(seed: UInt64, _ ordinal: Int) -> DemoStudy {
    let (person, visit) = (ordinal / 2, ordinal % 2)
    var random = DemoRandom(seed: seed, person, 77)
    let script = DemoScript.allCases[person % DemoScript.allCases.count]
    let patient = patient(100_000 + person, script, DemoSite.all[random.below(2)], nil, &random)
    var visitRandom = DemoRandom(seed: seed, person, 78, visit)
    let kinds: [DemoStudy.Kind] = [.chestCT, .chestCT, .brainMR, .chestDX, .chestCR, .chestCR]
    return DemoStudy(
      seed: seed, ordinal: ordinal, patient: patient, visit: visit,
      kind: kinds[visitRandom.below(kinds.count)], date: DemoDate.present.before(days: visitRandom.below(3650)),
      time: DemoTime(seconds: 18_000 + visitRandom.below(61_200)), isSmall: true)
  }

  private static func patient(
    _ ordinal: Int, _ script: DemoScript, _ site: DemoSite, _ isFemale: Bool?, _ random: inout DemoRandom
  ) -> DemoPatient {
    let drawn = random.below(2) == 0
    let isFemale = isFemale ?? drawn
    var build = TorsoPhantom.Build()
    build.hasBreasts = isFemale
    build.fat = random.between(9, 19)
    build.heart = random.between(0.94, 1.1)
    return DemoPatient(
      ordinal: ordinal, site: site, script: script,
      name: DemoNames.draw(script, isFemale: isFemale, from: &random), id: "\(site.code)-\(10_000 + ordinal)",
      birthDate: DemoDate.present.before(days: 14_000 + random.below(15_000)), isFemale: isFemale,
      scale: random.between(0.92, 1.04), build: build)
  }
}
