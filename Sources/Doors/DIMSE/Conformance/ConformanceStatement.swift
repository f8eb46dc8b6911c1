import DICOM

/// What an application entity is able to (PS3.2): its networking part, as values.
public struct ConformanceStatement: Hashable, Sendable, Codable {
  /// A UID and its name in PS3.6.
  public struct Named: Hashable, Sendable, Codable {
    public var uid: String
    public var name: String

    init(_ uid: UID) {
      self.uid = uid.rawValue
      name = TransferSyntax(uid: uid).name
    }
  }

  /// A SOP class that associations are accepted for.
  public struct Accepted: Hashable, Sendable, Codable {
    public var sopClass: Named
    public var isRetired: Bool
    /// Whether the requestor may be SCP of it as well (PS3.7 §D.3.3.4).
    public var takesReversedRole: Bool
    /// In the order of the standard.
    public var transferSyntaxes: [Named]
    /// Bytes of SOP Class Extended Negotiation that are answered 1 when they are asked 1, from 1 (PS3.4 §C.5).
    public var extendedNegotiation: [Int]
  }

  /// A SOP class that we ask associations for.
  public struct Initiated: Hashable, Sendable, Codable {
    public var sopClass: Named
    /// `SCU`, or `SCP` where we report what somebody asked for.
    public var role: String
    /// On what occasion.
    public var occasion: String
  }

  /// A port that is listened on.
  public struct Listener: Hashable, Sendable, Codable {
    public var host: String
    public var port: Int
    public var isSecure: Bool

    public init(host: String, port: Int, isSecure: Bool) {
      self.host = host
      self.port = port
      self.isSecure = isSecure
    }
  }

  public var product: String
  public var implementationClassUID: String
  public var implementationVersionName: String
  public var aeTitles: [String]
  /// Whether calling and called AE titles are checked.
  public var checksTitles: Bool
  public var listeners: [Listener]
  public var maximumAssociations: Int
  public var maximumPDULength: Int
  public var idleSeconds: Int
  public var accepted: [Accepted]
  public var initiated: [Initiated]
}
