public import DICOM

/// What a source is held to: which attributes it must state, in which character set, by which names and in which transfer
/// syntaxes; and what is believed instead of some of what it states.
///
/// A value: examining a header with it touches nothing. Stored bytes are never rewritten: an instance remembers the version
/// by which it was coerced when it came, so a later version changes only what comes later.
public struct SourceProfile: Hashable, Sendable, Codable {
  /// Ours, for ever; empty before it is kept.
  public var id: String
  /// Counts its changes, from 1.
  public var version: Int
  public var name: String
  /// Whom it is for.
  public var source: ProfiledSource
  public var required: [RequiredAttribute]?
  public var characterSet: CharacterSetRule?
  public var naming: [NamingRule]?
  /// Transfer Syntax UIDs (PS3.5 §10) that are expected; all when absent.
  public var transferSyntaxes: [String]?
  /// Whether objects are held to the rules of the standard for their SOP class too.
  public var holdsToStandard: Bool?
  /// In the order they are applied, each to what the one before it left.
  public var coercions: [Coercion]?

  public init(
    id: String = "", version: Int = 1, name: String, source: ProfiledSource, required: [RequiredAttribute]? = nil,
    characterSet: CharacterSetRule? = nil, naming: [NamingRule]? = nil, transferSyntaxes: [String]? = nil,
    holdsToStandard: Bool? = nil, coercions: [Coercion]? = nil
  ) {
    self.id = id
    self.version = version
    self.name = name
    self.source = source
    self.required = required
    self.characterSet = characterSet
    self.naming = naming
    self.transferSyntaxes = transferSyntaxes
    self.holdsToStandard = holdsToStandard
    self.coercions = coercions
  }

  public var key: ProfileVersion { ProfileVersion(id: id, version: version) }

  /// Profiles that there may be.
  public static let maximumCount = 500
}

/// One version of a profile.
public struct ProfileVersion: Hashable, Sendable, CustomStringConvertible {
  public var id: String
  public var version: Int

  public init(id: String, version: Int) {
    self.id = id
    self.version = version
  }

  public var description: String { "\(id)/\(version)" }

  /// Reads what `description` writes.
  public init?(_ text: String) {
    guard let slash = text.lastIndex(of: "/"), slash > text.startIndex,
      let version = Int(text[text.index(after: slash)...])
    else { return nil }
    self.init(id: String(text[..<slash]), version: version)
  }
}

/// A source, or the devices among those that send under its name. What is absent is not asked for.
public struct ProfiledSource: Hashable, Sendable, Codable {
  /// AE title, account or token name.
  public var name: String?
  public var site: String?
  public var channel: Source.Channel?
  /// Manufacturer (0008,0070), Manufacturer's Model Name (0008,1090), Station Name (0008,1010), as they are stated.
  public var manufacturer: String?
  public var model: String?
  public var station: String?

  public init(
    name: String? = nil, site: String? = nil, channel: Source.Channel? = nil, manufacturer: String? = nil,
    model: String? = nil, station: String? = nil
  ) {
    self.name = name
    self.site = site
    self.channel = channel
    self.manufacturer = manufacturer
    self.model = model
    self.station = station
  }

  public func includes(channel: Source.Channel?, name: String, site: SiteID) -> Bool {
    (self.name ?? name) == name && (self.site ?? site.value) == site.value && (self.channel ?? channel) == channel
  }

  /// Whether the object is of such a device.
  public func includes(_ dataSet: DataSet) -> Bool {
    let conditions: [(Tag, String?)] = [
      (.manufacturer, manufacturer), (.manufacturerModelName, model), (.stationName, station),
    ]
    return conditions.allSatisfy { tag, wanted in wanted.map { dataSet.string(tag) == $0 } ?? true }
  }

  /// Of two profiles for one object, the one that says more of whom it is for holds.
  var precision: Int {
    let device = [manufacturer, model, station].count { $0 != nil }
    return device * 10 + (name == nil ? 0 : 5) + (channel == nil ? 0 : 1) + (site == nil ? 0 : 1)
  }
}
