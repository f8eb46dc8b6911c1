public import ArchiveCore
import DICOM

/// Counts what each device sends and how far it keeps to its profile: behind the journal, so that nothing that arrives
/// waits for it.
///
/// Of a source with a profile every header is read as it was stated; of another the catalog is asked once a series.
public actor ProfileSubscriber {
  public static let name = "profiles"
  /// Series whose device is remembered.
  private static let maximumSeries = 10_000

  private let store: any WorkflowStore
  private let archive: Archive
  private let environment: Environment
  private let observe: @Sendable (DeviceDay) -> Void
  private var devices: [SeriesUID: Device] = [:]

  /// - Parameter observe: told what is new of each device, once it is kept.
  public init(
    store: any WorkflowStore, archive: Archive, environment: Environment,
    observe: @escaping @Sendable (DeviceDay) -> Void = { _ in }
  ) {
    self.store = store
    self.archive = archive
    self.environment = environment
    self.observe = observe
  }

  /// Works until the task is cancelled.
  public func run(onError: @Sendable (any Error) -> Void = { _ in }) async {
    await Subscription(name: Self.name, store: store).follow(in: environment, onError: onError) { try await work() }
  }

  /// Works through everything that has happened.
  public func work() async throws {
    var found: [DeviceDay] = []
    while try await Subscription(name: Self.name, store: store).next({ entries in
      found = try await days(in: entries)
      return found.isEmpty ? [] : [.observe(found)]
    }) { found.forEach(observe) }
  }

  private struct Key: Hashable {
    var device: Device
    var day: Int64
  }

  private func days(in entries: [JournalEntry]) async throws -> [DeviceDay] {
    var days: [Key: DeviceDay] = [:]
    for entry in entries {
      guard case .instanceStored(let facts) = entry.event, entry.channel != nil else { continue }
      guard let (device, examination) = try await look(at: facts, entry) else { continue }
      let key = Key(device: device, day: entry.at.day)
      var day = days[key] ?? DeviceDay(device: device, at: entry.at)
      day.note(at: entry.at)
      if let examination {
        day.note(examination.deviations, isCoerced: !examination.coerced.isEmpty, of: facts.instance)
      }
      days[key] = day
    }
    return days.sorted { ($0.key.day, $0.value.lastSeen) < ($1.key.day, $1.value.lastSeen) }.map(\.value)
  }

  /// The device that an instance is of, and what its profile finds; `nil` when it has gone again.
  private func look(
    at facts: InstanceFacts, _ entry: JournalEntry
  ) async throws -> (Device, Examination?)? {
    let profiles = archive.profiles.holding.filter {
      $0.source.includes(channel: entry.channel, name: entry.sourceName, site: entry.site)
    }
    guard !profiles.isEmpty else { return try await device(of: facts, entry).map { ($0, nil) } }
    do {
      let found = try await archive.instances(.instances([facts.instance]), as: .system(Self.name))
      guard let reference = found.first else { return nil }
      let header = try await archive.header(of: reference)
      let profile = profiles.first { $0.source.includes(header.dataSet) }
      return (Device(entry, header.dataSet), profile?.examine(header))
    } catch let error as ArchiveError where error.code == .notFound || error.code == .damaged {
      return nil
    } catch is DICOMError {
      return nil
    }
  }

  private func device(of facts: InstanceFacts, _ entry: JournalEntry) async throws -> Device? {
    if let known = devices[facts.series], known.source == entry.sourceName { return known }
    let found = try await FactsReader(archive: archive).dataSets(of: facts.instance, in: facts.study)
    guard let dataSet = found.first else { return nil }
    let device = Device(entry, dataSet)
    if devices.count >= Self.maximumSeries { devices.removeAll(keepingCapacity: true) }
    devices[facts.series] = device
    return device
  }
}
