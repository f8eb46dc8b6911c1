public import DICOM

/// What a `DIMSEServer` allows its peers.
public struct DIMSEServerConfiguration: Sendable {
  public var host = "127.0.0.1"
  /// 0 takes any free port.
  public var port = 104
  /// The longest P-DATA-TF body we announce and accept, at most `PDULimits.greatestMaximumLength`.
  public var maximumLength = PDULimits.defaultMaximumLength
  /// Associations at a time; one more is rejected with "local limit exceeded" (PS3.8 Table 9-21).
  public var maximumAssociations = 128
  /// Connections beyond that which may wait to be rejected; more are closed at once.
  public var maximumExtraConnections = 64
  /// ARTIM (PS3.8 §9.1.5).
  public var associationTimeout = Duration.seconds(30)
  /// How long a peer may owe bytes or leave ours unread.
  public var idleTimeout = Duration.seconds(60)
  /// Operations whose handling never blocks nor computes for long: they are handled on the connection's event loop,
  /// which saves two changes of thread a message. All others run on the concurrent pool.
  public var handledOnEventLoop: Set<CommandField> = [.cEcho]
  /// TLS on every connection (PS3.15 §B.12), asked for at each: new certificates hold from the next one on.
  public var security: (@Sendable () -> TransportSecurity)?
  public var implementation = ImplementationIdentity.isocenter

  public init() {}
}

/// How an implementation names itself in an association (PS3.7 §D.3.3.2).
public struct ImplementationIdentity: Hashable, Sendable {
  public var classUID: UID
  /// At most 16 characters.
  public var versionName: String

  public init(classUID: UID, versionName: String) {
    self.classUID = classUID
    self.versionName = versionName
  }

  /// The same as in the files we write (PS3.10 §7.1).
  public static let isocenter = ImplementationIdentity(
    classUID: FileMeta.implementationClassUID, versionName: FileMeta.implementationVersionName)
}
