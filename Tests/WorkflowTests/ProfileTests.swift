import ArchiveCore
import DICOM
import EmbeddedStore
import TestKit
import Testing
import Workflow

@Suite("Profiles of sources")
struct ProfileTests {
  static let asked = SourceProfile(
    name: "CT room 1", source: ProfiledSource(name: "CT1"),
    required: [RequiredAttribute(attribute: "BodyPartExamined")],
    naming: [NamingRule(attribute: "AccessionNumber", patterns: ["N*"])],
    coercions: [Coercion(attribute: "AccessionNumber", addPrefix: "N-")])

  private func profiles(_ ward: Ward) -> SourceProfiles {
    SourceProfiles(store: ward.store, archive: ward.archive.archive, environment: ward.clock.environment)
  }

  private func subscriber(_ ward: Ward) -> ProfileSubscriber {
    ProfileSubscriber(store: ward.store, archive: ward.archive.archive, environment: ward.clock.environment)
  }

  private func accession(_ object: SmallObject, _ ward: Ward) async throws -> String? {
    let key = MatchingKey(.studyInstanceUID, .ui, .uidList([object.study]))
    return try await ward.archive.archive.find(Query(level: .study, keys: [key]), as: Ward.admin)
      .matches.first?.attributes.string(.accessionNumber)
  }

  @Test("are off until they were tried, and change nothing while they are")
  func tried() async throws {
    let ward = try await Ward()
    let profiles = profiles(ward)
    let before = SmallObject(study: 1)
    try await ward.store([before, SmallObject(study: 1, instance: 2)])
    try await ward.store([SmallObject(study: 2)], from: Ward.source("CT2"))
    let made = try await profiles.add(Self.asked, as: Ward.admin)
    #expect(made.holding == nil && made.record.profile.version == 1)
    let id = made.record.profile.id
    await #expect(throws: ArchiveError.self) { try await profiles.switchOn(id, as: Ward.admin) }

    let outcome = try await profiles.tryOut(id, limit: 10, as: Ward.admin)
    #expect(outcome.examined == 2 && outcome.deviating == 2 && outcome.coerced == 2 && !outcome.isPartial)
    #expect(outcome.deviations.map(\.name) == ["missing BodyPartExamined", "naming AccessionNumber"])
    #expect(outcome.deviations.map(\.count) == [2, 2])
    let change = try #require(outcome.changes.first)
    #expect(outcome.changes.count == 1 && change.attribute == .accessionNumber && change.count == 2)
    #expect(change.stated == "A1" && change.believed == "N-A1")
    #expect(try await accession(before, ward) == "A1", "trying changes nothing")
    #expect(try await profiles.tryOut(id, limit: 1, as: Ward.admin).isPartial)

    #expect(try await profiles.switchOn(id, version: 1, as: Ward.admin).holding == 1)
    let after = SmallObject(study: 3)
    try await ward.store([after])
    #expect(try await accession(after, ward) == "N-A3")
    #expect(try await accession(before, ward) == "A1", "what came before stays")

    // The next version is another that nobody has tried; the one that holds goes on.
    let next = try await profiles.replace(id, by: Self.asked, version: 1, as: Ward.admin)
    #expect(next.record.profile.version == 2 && next.holding == 1 && next.record.trial == nil)
    await #expect(throws: WorkflowConflict.self) {
      try await profiles.replace(id, by: Self.asked, version: 1, as: Ward.admin)
    }
    await #expect(throws: ArchiveError.self) { try await profiles.switchOn(id, as: Ward.admin) }
    await #expect(throws: ArchiveError.self) { try await profiles.remove(id, as: Ward.admin) }
    #expect(try await profiles.switchOn(id, insists: true, as: Ward.admin).holding == 2)
    #expect(try await profiles.switchOff(id, as: Ward.admin).holding == nil)
    try await profiles.remove(id, as: Ward.admin)
    #expect(try await profiles.profiles(as: Ward.admin).isEmpty)
    let details = try await ward.archive.audit.records(limit: 100).filter { $0.object == id }.map(\.detail)
    #expect(
      details.reversed() == [
        "profile v1 made", "profile v1 tried on 2 instances", "profile v1 tried on 1 instances",
        "profile v1 switched on", "profile v2 saved", "profile v2 switched on, untried", "profile v2 switched off",
        "profile removed",
      ])
  }

  @Test("count what each device sends and how far it keeps to its profile, once")
  func counted() async throws {
    let ward = try await Ward()
    let profiles = profiles(ward)
    let made = try await profiles.add(Self.asked, as: Ward.admin)
    _ = try await profiles.switchOn(made.record.profile.id, insists: true, as: Ward.admin)
    try await ward.store([SmallObject(study: 1), SmallObject(study: 1, instance: 2)])
    try await subscriber(ward).work()
    try await ward.store([SmallObject(study: 2), SmallObject(study: 1)])
    try await ward.store([SmallObject(study: 3), SmallObject(study: 3, instance: 2)], from: Ward.source("CT2"))
    try await subscriber(ward).work()
    try await subscriber(ward).work()

    let days = try await profiles.devices(days: 1, as: Ward.admin)
    #expect(days.map(\.device.source) == ["CT1", "CT2"])
    let (held, free) = (days[0], days[1])
    #expect(held.instances == 3 && held.examined == 3 && held.deviating == 3 && held.coerced == 3)
    #expect(held.deviations.mapValues(\.count) == ["missing BodyPartExamined": 3, "naming AccessionNumber": 3])
    #expect(held.deviations["naming AccessionNumber"]?.example == SmallObject(study: 2).instance)
    #expect(free.instances == 2 && free.examined == 0 && free.deviations.isEmpty)
    let north = Principal(kind: .person, name: "n", roles: [.administrator], sites: .only([SiteID("north")]))
    #expect(try await profiles.devices(days: 1, as: north).isEmpty)
  }

  @Test("of all sites are for whoever answers for all, those of one site for whoever answers for it")
  func sites() async throws {
    let ward = try await Ward()
    let profiles = profiles(ward)
    let north = Principal(kind: .person, name: "n", roles: [.administrator], sites: .only([SiteID("north")]))
    await #expect(throws: ArchiveError.self) { try await profiles.add(Self.asked, as: north) }
    var own = Self.asked
    own.source.site = "north"
    let made = try await profiles.add(own, as: north)
    _ = try await profiles.add(Self.asked, as: Ward.admin)
    #expect(try await profiles.profiles(as: north).map(\.record.profile.id) == [made.record.profile.id])
    #expect(try await profiles.profiles(as: Ward.admin).count == 2)
    let reader = Principal(kind: .person, name: "r", roles: [.radiologist], sites: .all)
    await #expect(throws: ArchiveError.self) { try await profiles.profiles(as: reader) }
  }

  @Test("and what devices sent are kept alike by every store", arguments: StoreKind.allCases)
  func stores(kind: StoreKind) async throws {
    try await kind.examine { examined, clock in
      let store = examined.store
      var profile = Self.asked
      profile.id = "p"
      try await store.commit([.saveProfile(ProfileRecord(profile: profile))])
      await #expect(throws: WorkflowConflict.self) {
        try await store.commit([.saveProfile(ProfileRecord(profile: profile))])
      }
      let trial = ProfileTrial(version: 1, at: 7, examined: 3, deviating: 2, coerced: 1)
      var late = trial
      late.version = 2
      try await store.commit([.noteTrial("p", trial), .noteTrial("p", late), .noteTrial("none", trial)])
      #expect(try await store.profiles() == [ProfileRecord(profile: profile, trial: trial)])

      func day(_ station: String, _ offset: Int64, count: Int = 1) -> DeviceDay {
        let device = Device(channel: "association", source: "CT1", site: "main", station: station)
        var day = DeviceDay(device: device, at: clock.now.adding(.seconds(offset * 86_400)))
        day.instances = count
        day.deviations = ["missing KVP": DeviceDay.Count(count: count, example: "1.2")]
        return day
      }
      try await store.commit([.observe([day("A", 0), day("B", 0)])])
      try await store.commit([.observe([day("A", 0, count: 4)])])
      let seen = try await store.deviceDays(since: clock.now.day)
      #expect(seen.map(\.device.station) == ["A", "B"] && seen.map(\.instances) == [5, 1])
      #expect(seen[0].deviations["missing KVP"]?.count == 5)

      // Names that strangers make up are counted, but not for ever apart.
      try await store.commit([.observe((0..<DeviceDay.maximumDevices + 5).map { day("S\($0)", 0) })])
      let all = try await store.deviceDays(since: clock.now.day)
      #expect(all.count == DeviceDay.maximumDevices + 1)
      #expect(all.first { $0.device.station.isEmpty }?.instances == 7)
      #expect(all.reduce(0) { $0 + $1.instances } == DeviceDay.maximumDevices + 5 + 6)

      try await store.commit([.observe([day("A", DeviceDay.daysKept)])])
      #expect(try await store.deviceDays(since: 0).count == 1, "what is too old is forgotten")
      let reopened = try await examined.reopen()
      #expect(try await reopened.profiles() == [ProfileRecord(profile: profile, trial: trial)])
      try await reopened.commit([.removeProfile("p")])
      #expect(try await reopened.profiles().isEmpty)
    }
  }

  @Test("bound the names of deviations that a device makes up")
  func names() {
    let device = Device(channel: "stow", source: "web", site: "main")
    var sum = DeviceDay(device: device, at: Instant(nanoseconds: 0))
    for number in 0..<250 {
      var day = DeviceDay(device: device, at: Instant(nanoseconds: 0))
      day.deviations = ["n\(number)": DeviceDay.Count(count: 2, example: "1.\(number)")]
      sum.add(day)
    }
    #expect(sum.deviations.count == DeviceDay.maximumNames + 1)
    #expect(sum.deviations.values.reduce(0) { $0 + $1.count } == 500)
    #expect(sum.deviations[DeviceDay.others]?.count == 300)
  }
}
