public import ArchiveCore
import DICOM

/// A device as its objects name it, within the source it sends as.
public struct Device: Hashable, Sendable, Codable {
  public var channel: String
  /// AE title, account or token name.
  public var source: String
  public var site: String
  public var manufacturer: String
  public var model: String
  public var station: String

  /// Characters kept of each name.
  public static let nameLength = 64

  public init(
    channel: String, source: String, site: String, manufacturer: String = "", model: String = "", station: String = ""
  ) {
    self.channel = channel
    self.source = source
    self.site = site
    self.manufacturer = manufacturer
    self.model = model
    self.station = station
  }

  init(_ entry: JournalEntry, _ dataSet: DataSet) {
    func name(_ tag: Tag) -> String { String((dataSet.string(tag) ?? "").prefix(Self.nameLength)) }
    self.init(
      channel: entry.channel?.rawValue ?? "", source: entry.sourceName, site: entry.site.value,
      manufacturer: name(.manufacturer), model: name(.manufacturerModelName), station: name(.stationName))
  }

  /// The one that stands for those of the source that are too many to be told apart.
  public var others: Device { Device(channel: channel, source: source, site: site) }
}

/// What a device sent on a day, and how far it kept to its profile. It carries no values of objects.
///
/// Adding is commutative but for examples, so pages of any size give the same counts.
public struct DeviceDay: Hashable, Sendable, Codable {
  public struct Count: Hashable, Sendable, Codable {
    public var count: Int
    /// SOP Instance UID of the last.
    public var example: String

    public init(count: Int, example: String) {
      self.count = count
      self.example = example
    }
  }

  /// Names of deviations that are counted apart for a device and day; further ones are counted as `others`.
  public static let maximumNames = 100
  public static let others = "others"
  /// Devices that are told apart on a day; further ones are counted as one of their source.
  public static let maximumDevices = 1000
  /// Days that counts are kept for.
  public static let daysKept: Int64 = 31

  public var device: Device
  /// Whole days since 1970, of UTC.
  public var day: Int64
  /// Seconds since 1970.
  public var lastSeen: Int64
  public var instances = 0
  /// Those held to a profile.
  public var examined = 0
  public var deviating = 0
  public var coerced = 0
  /// By `Deviation.name`.
  public var deviations: [String: Count] = [:]

  public init(device: Device, at moment: Instant) {
    self.device = device
    day = moment.day
    lastSeen = moment.seconds
  }

  /// Newest day first, then by the device's names.
  public static func order(_ left: DeviceDay, _ right: DeviceDay) -> Bool {
    func names(_ device: Device) -> [String] {
      [device.source, device.site, device.channel, device.manufacturer, device.model, device.station]
    }
    return left.day != right.day
      ? left.day > right.day : names(left.device).lexicographicallyPrecedes(names(right.device))
  }

  /// One more instance.
  mutating func note(at moment: Instant) {
    instances += 1
    lastSeen = max(lastSeen, moment.seconds)
  }

  /// What a profile found in one of them.
  mutating func note(_ found: [Deviation], isCoerced: Bool, of instance: InstanceUID) {
    examined += 1
    deviating += found.isEmpty ? 0 : 1
    coerced += isCoerced ? 1 : 0
    for deviation in found { count(deviation.name, Count(count: 1, example: instance.value)) }
  }

  /// What another page of the journal says of the same device and day.
  public mutating func add(_ other: DeviceDay) {
    lastSeen = max(lastSeen, other.lastSeen)
    instances += other.instances
    examined += other.examined
    deviating += other.deviating
    coerced += other.coerced
    for (name, count) in other.deviations.sorted(by: { $0.key < $1.key }) { self.count(name, count) }
  }

  private mutating func count(_ name: String, _ more: Count) {
    let isKept = deviations[name] != nil || deviations.count < Self.maximumNames
    var present = deviations[isKept ? name : Self.others] ?? Count(count: 0, example: "")
    present.count += more.count
    present.example = more.example
    deviations[isKept ? name : Self.others] = present
  }
}

extension Instant {
  /// Whole days since 1970.
  public var day: Int64 { (seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400 }
}
