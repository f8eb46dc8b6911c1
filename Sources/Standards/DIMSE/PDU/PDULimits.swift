/// What a peer may make us hold or count (PS3.8 sets almost no limits of its own).
public enum PDULimits {
  /// The longest P-DATA-TF PDU we announce unless configured otherwise, without its 6-byte header (PS3.8 §D.1).
  public static let defaultMaximumLength: UInt32 = 128 * 1024
  /// The longest P-DATA-TF PDU that can be configured.
  public static let greatestMaximumLength: UInt32 = 16 * 1024 * 1024
  /// The shortest maximum a peer may announce and still be spoken to: room for a few command elements a fragment.
  public static let leastPeerMaximumLength: UInt32 = 128
  /// The longest P-DATA-TF PDU we send, also to peers that announce no limit.
  public static let greatestSentLength: UInt32 = 256 * 1024
  /// The longest A-ASSOCIATE-RQ or -AC body. 128 contexts with 40 transfer syntaxes each take about 200 KiB.
  public static let maximumAssociateLength: UInt32 = 512 * 1024
  /// The body of A-ASSOCIATE-RJ, A-RELEASE-RQ, A-RELEASE-RP and A-ABORT, exactly.
  public static let shortBodyLength: UInt32 = 4
  /// Presentation contexts in one request: the odd numbers of one byte (PS3.8 §9.3.2.2).
  public static let maximumPresentationContexts = 128
  /// Transfer syntaxes proposed for one presentation context.
  public static let maximumTransferSyntaxes = 128
  /// Sub-items of the user information item.
  public static let maximumUserInformationItems = 1024
  /// Bytes of a UID in an item; the standard allows 64 (PS3.5 §9.1), some peers pad.
  public static let maximumUIDLength = 128
  /// Bytes of a command set (PS3.7 §6.3.1); real ones stay below 1 KiB, a list of attributes may be longer.
  public static let maximumCommandSetLength = 64 * 1024
}
