import ArchiveCore
import DICOM
import EmbeddedStore
import Foundation
import Testing

/// Find by looking at everything: what a query means, without any index.
struct ReferenceCatalog {
  private struct Row {
    var key: String
    var order: [Int64]
    var sites: Set<String>
    var attributes: DataSet
  }

  private var rows: [Query.Level: [Row]] = [:]

  init(_ arrivals: [Arrival]) {
    var firsts: [Query.Level: [String: Int]] = [:]
    for level in Query.Level.allCases {
      for (place, arrival) in arrivals.enumerated() where firsts[level]?[Self.key(arrival, level)] == nil {
        firsts[level, default: [:]][Self.key(arrival, level)] = place
      }
    }
    let studies = Dictionary(grouping: arrivals, by: \.study)
    let series = Dictionary(grouping: arrivals, by: \.series)
    for level in Query.Level.allCases {
      let members = Dictionary(grouping: arrivals) { Self.key($0, level) }
      rows[level] = members.compactMap { key, members in
        guard let arrival = members.first else { return nil }
        var order: [Int64] = []
        var attributes = DataSet()
        attributes.set(.specificCharacterSet, .cs, "ISO_IR 192")
        // What is believed of each level is what its first arrival said.
        for upper in Query.Level.allCases where upper <= level {
          let place = firsts[upper]?[Self.key(arrival, upper)] ?? 0
          for tag in LevelAttributes.kept(at: upper) { attributes[tag] = arrivals[place].header[tag] }
          if upper == .study {
            let date = TemporalSpan(date: arrivals[place].date)?.first ?? 0
            let time = TemporalSpan(time: arrivals[place].time)?.first ?? -1
            order = [-date, -time, -Int64(place)]
          } else if upper > .study || level == .patient {
            order.append(Int64(upper == .patient ? -place : place))
          }
        }
        attributes.set(.issuerOfPatientID, .lo, arrival.issuer ?? arrival.site)
        let siblings = studies[arrival.study] ?? []
        if level >= .study {
          attributes.set(.modalitiesInStudy, .cs, strings: siblings.map(\.modality).uniqued())
          attributes.set(.sopClassesInStudy, .ui, strings: siblings.map(\.sopClass).uniqued())
          attributes.set(.numberOfStudyRelatedInstances, .is, ints: [siblings.count])
          attributes.set(.numberOfStudyRelatedSeries, .is, ints: [siblings.map(\.series).uniqued().count])
        }
        if level >= .series {
          attributes.set(.numberOfSeriesRelatedInstances, .is, ints: [series[arrival.series]?.count ?? 0])
        }
        let sites = (level == .patient ? members : siblings).map(\.site)
        return Row(key: key, order: order, sites: Set(sites), attributes: attributes)
      }.sorted { $0.order.lexicographicallyPrecedes($1.order) }
    }
  }

  /// The keys of all answers in order, and those of the page asked for.
  func find(_ query: Query, within sites: Principal.Sites) -> (all: [String], page: [String]) {
    // The level's rules on which keys count are part of what a query means, so they are used as they are.
    let matcher = Matcher(query.narrowingKeys)
    let all = (rows[query.level] ?? []).filter { row in
      row.sites.contains { sites.includes(SiteID($0)) }
        && matcher.matches(query.zone?.adjusted(row.attributes) ?? row.attributes)
    }.map(\.key)
    return (all, Array(all.dropFirst(query.offset).prefix(query.limit ?? .max)))
  }

  static func key(_ arrival: Arrival, _ level: Query.Level) -> String {
    switch level {
    case .patient: "\(arrival.patientID)/\(arrival.issuer ?? arrival.site)"
    case .study: arrival.study
    case .series: arrival.series
    case .instance: arrival.instance
    }
  }
}

extension [String] {
  fileprivate func uniqued() -> [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}

/// Catalogs and queries made from a seed.
struct Invention {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  /// Two hours east of UTC, in winter and in summer.
  private static let home = TimeZone(secondsFromGMT: 7200) ?? .gmt
  private static let names = [
    "Doe^Jane", "DOE^JANE", "Doe", "Yamada^Tarou=山田^太郎=やまだ^たろう", "Müller^Jörg", "O'Neill^[Sean]", "Doe^John^M", "",
    "Äpfel^Émile", "Test^Patient*", "=山田^花子",
  ]
  private static let ids = ["P1", "P2", "10/200", "A*B", "p1", "[x]", "12 34", "P10"]
  private static let dates = ["20240301", "20240229", "19991231", "", "20230615", "2024.03.02", "garbage"]
  private static let times = ["101500", "10", "235959.5", "", "0000", "101500.000001"]
  private static let accessions = ["", "A1", "A10", "A*1", "a1", "ACC[9]", "Ünicode"]
  private static let descriptions = ["Thorax", "thorax nativ", "Schädel/Hals", "", "CT*?[a]", "Knee left"]
  private static let modalities = ["CT", "MR", "SR", "PR", "OT"]

  mutating func arrivals(studies: Int) -> [Arrival] {
    var arrivals: [Arrival] = []
    for study in 0..<studies {
      let patient = Int.random(in: 0..<max(1, studies / 2), using: &random)
      var fixed = SplitMix(seed: UInt64(patient) &* 77)
      var first = Arrival()
      first.patientID = pick(Self.ids, &fixed) + "\(patient / 8)"
      first.issuer = patient % 3 == 0 ? "ISSUER" : nil
      first.site = "site\(patient % 3)"
      first.name = pick(Self.names, &fixed)
      first.birthDate = pick(Self.dates, &fixed)
      first.sex = pick(["F", "M", "O", ""], &fixed)
      first.study = "1.2.\(study)"
      first.date = pick(Self.dates)
      first.time = pick(Self.times)
      first.accession = pick(Self.accessions)
      first.description = pick(Self.descriptions)
      first.studyID = "\(study % 4)"
      for series in 0..<Int.random(in: 1...3, using: &random) {
        let modality = pick(Self.modalities)
        let body = pick(["HEAD", "CHEST", ""])
        for instance in 0..<Int.random(in: 1...3, using: &random) {
          arrivals.append(
            first.with {
              $0.series = "1.2.\(study).\(series)"
              $0.instance = "1.2.\(study).\(series).\(instance)"
              $0.modality = modality
              $0.sopClass = "1.2.840.10008.5.1.4.1.1.\(Self.modalities.firstIndex(of: modality) ?? 0)"
              $0.number = instance == 2 ? nil : instance
              $0.more = [
                DataElement(tag: .bodyPartExamined, vr: .cs, value: .bytes(Array(body.utf8))),
                DataElement(tag: .contentDate, vr: .da, value: .bytes(Array("2024030\(instance)".utf8))),
                DataElement(
                  tag: .requestAttributesSequence, vr: .sq,
                  value: .sequence([Self.request("R\(study % 3)"), Self.request("R\(series)")])),
              ]
            })
        }
      }
    }
    return arrivals
  }

  private static func request(_ id: String) -> DataSet {
    var item = DataSet()
    item.set(.requestedProcedureID, .sh, id)
    return item
  }

  mutating func query() -> Query {
    let level = Query.Level.allCases[Int.random(in: 0..<4, using: &random)]
    var query = Query(level: level)
    for _ in 0..<Int.random(in: 0...3, using: &random) { query.keys.append(key()) }
    if Int.random(in: 0..<6, using: &random) == 0 {
      query.keys.append(MatchingKey.parse(tag: .studyDate, vr: .da, text: "\(pick(Self.dates))-\(pick(Self.dates))"))
      query.keys.append(MatchingKey.parse(tag: .studyTime, vr: .tm, text: "\(pick(Self.times))-\(pick(Self.times))"))
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      let text = disguised(pick(["jane doe", "Mueller", "Doering^Jon", "Hanako*", "やまだ", "Yamada=山田"]), .pn)
      query.keys.append(MatchingKey.parse(tag: .patientName, vr: .pn, text: text))
    }
    query.keys = query.keys.understood(
      MatchingOptions(combinesDateAndTime: Bool.random(using: &random), isFuzzy: Bool.random(using: &random)))
    if Int.random(in: 0..<4, using: &random) == 0 {
      let offset = [-720, -300, 0, 60, 345, 840][Int.random(in: 0..<6, using: &random)]
      query.zone = TimeZoneAdjustment(offsetMinutes: offset, local: Self.home)
    }
    if Bool.random(using: &random) { query.limit = Int.random(in: 0...7, using: &random) }
    if Bool.random(using: &random) { query.offset = Int.random(in: 0...5, using: &random) }
    return query
  }

  private mutating func key() -> MatchingKey {
    let kinds: [(DICOM.Tag, [String])] = [
      (.patientName, Self.names), (.patientID, Self.ids.map { $0 + "0" }), (.issuerOfPatientID, ["ISSUER", "site1"]),
      (.patientBirthDate, Self.dates), (.patientSex, ["F", "M", "F\\M"]), (.studyDate, Self.dates),
      (.studyTime, Self.times), (.accessionNumber, Self.accessions), (.studyDescription, Self.descriptions),
      (.studyID, ["0", "1", "0\\3", "?"]), (.modalitiesInStudy, Self.modalities + ["CT\\MR", "CT,SR", "C*", "?R"]),
      (.modality, Self.modalities + ["CT\\PR"]), (.bodyPartExamined, ["HEAD", "CHEST", "*A*"]),
      (.studyInstanceUID, ["1.2.1", "1.2.2\\1.2.3", "9.9"]), (.seriesInstanceUID, ["1.2.1.0", "1.2.1.0,1.2.2.1"]),
      (.sopInstanceUID, ["1.2.1.0.0", "1.2.1.0.0\\1.2.3.0.1", "x"]), (.instanceNumber, ["0", "1", "01", "1.5"]),
      (.sopClassUID, ["1.2.840.10008.5.1.4.1.1.4"]), (.sopClassesInStudy, ["1.2.840.10008.5.1.4.1.1.5"]),
      (.numberOfStudyRelatedInstances, ["1", "3"]), (.contentDate, ["20240300-20240301", "20240301", "-20240301"]),
    ]
    if Int.random(in: 0..<12, using: &random) == 0 {
      let wanted = MatchingKey.parse(tag: .requestedProcedureID, vr: .sh, text: pick(["R0", "R?", "R9"]))
      return MatchingKey(.requestAttributesSequence, .sq, .sequence([wanted]))
    }
    let (tag, values) = kinds[Int.random(in: 0..<kinds.count, using: &random)]
    let vr = DataDictionary.vr(tag) ?? .lo
    return MatchingKey.parse(
      tag: tag, vr: vr, text: disguised(pick(values), vr),
      emptyValueMatching: Bool.random(using: &random))
  }

  /// A value, or a pattern or range around it.
  private mutating func disguised(_ value: String, _ vr: VR) -> String {
    let characters = Array(value)
    if vr.allowsRanges {
      let other = pick(vr == .da ? Self.dates : Self.times)
      return ["\(value)-\(other)", "\(value)-", "-\(value)", value][Int.random(in: 0..<4, using: &random)]
    }
    guard vr.allowsWildcards, !characters.isEmpty else { return value }
    let cut = Int.random(in: 0...characters.count, using: &random)
    switch Int.random(in: 0..<9, using: &random) {
    case 0: return String(characters[..<cut]) + "*"
    case 1: return "*" + String(characters[cut...])
    case 2: return "*" + String(characters[..<cut]) + "*"
    case 3: return String(characters.enumerated().map { $0 == cut ? "?" : $1 })
    case 4: return value.lowercased()
    case 5: return "\"\""
    case 6: return String(characters.flatMap { [$0, "*"] })
    default: return value
    }
  }

  private mutating func pick(_ values: [String]) -> String {
    values[Int.random(in: 0..<values.count, using: &random)]
  }

  private func pick(_ values: [String], _ random: inout SplitMix) -> String {
    values[Int.random(in: 0..<values.count, using: &random)]
  }
}

@Suite("Find")
struct DifferentialFindTests {
  @Test("by SQL gives what looking at everything gives", arguments: 1...6 as ClosedRange<UInt64>)
  func agrees(seed: UInt64) async throws {
    try await atHome { home in
      var invention = Invention(seed: seed)
      let arrivals = invention.arrivals(studies: 60)
      try await home.catalog.store(arrivals)
      let reference = ReferenceCatalog(arrivals)
      for round in 0..<400 {
        let query = invention.query()
        let sites: Principal.Sites =
          round % 4 == 0 ? .only([SiteID("site\(round % 3)"), SiteID("nowhere")]) : .all
        let found = try await home.catalog.find(query, within: sites)
        let names = found.matches.map { match in
          switch query.level {
          case .patient:
            "\(match.attributes.string(.patientID) ?? "")/\(match.attributes.string(.issuerOfPatientID) ?? "")"
          case .study: match.study?.value ?? ""
          case .series: match.series?.value ?? ""
          case .instance: match.instance?.value ?? ""
          }
        }
        let expected = reference.find(query, within: sites)
        guard names == expected.page else {
          let missing = Set(expected.page).subtracting(names).sorted()
          let extra = Set(names).subtracting(expected.page).sorted()
          Issue.record("seed \(seed) round \(round) \(query) \(sites): missing \(missing), extra \(extra)")
          continue
        }
        #expect(found.hasMore == (expected.all.count > query.offset + names.count), "seed \(seed): \(query)")
      }
    }
  }
}
