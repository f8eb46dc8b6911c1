import NIOCore

/// What one end of an association is bounded by.
struct AssociationSettings: Sendable {
  /// The longest P-DATA-TF body accepted.
  var maximumLength: UInt32
  /// ARTIM (PS3.8 §9.1.5): from the connection to its request, and from the last PDU to the close.
  var artim: TimeAmount
  /// How long the peer may owe bytes, or leave ours unread.
  var idle: TimeAmount
  /// Whether TLS is below.
  var isSecure: Bool

  init(maximumLength: UInt32, artim: Duration, idle: Duration, isSecure: Bool = false) {
    self.isSecure = isSecure
    self.maximumLength = min(max(maximumLength, PDULimits.leastPeerMaximumLength), PDULimits.greatestMaximumLength)
    self.artim = TimeAmount(artim)
    self.idle = TimeAmount(idle)
  }

  /// From an abort by cancellation or shutdown to the close, so that the A-ABORT can arrive.
  static let abortLinger = TimeAmount.milliseconds(250)
  /// Bytes of inbound data sets held for a slow consumer; reading stops above the first, resumes below the second.
  static let inboundHighWatermark = 1024 * 1024
  static let inboundLowWatermark = 512 * 1024
  /// Messages a peer may send ahead of their turn.
  static let maximumQueuedMessages = 32
  /// Bytes queued for a slow peer; senders wait above the first and go on below the second.
  static let outboundHighWatermark = 1024 * 1024
  static let outboundLowWatermark = 256 * 1024
  /// The size of one socket read.
  static let receiveBufferSize = 256 * 1024
  /// A read shorter than this is copied, so that a piece in the queue does not keep a whole read buffer.
  static let copiedReadSize = receiveBufferSize / 16
}
