public import DICOM
public import NIOCore
public import NIOPosix

/// Requests associations (PS3.8 §7.1).
public enum DIMSEClient {
  /// Whom to call, as whom, for what.
  public struct Configuration: Sendable {
    public var host: String
    public var port: Int
    public var callingAETitle: AETitle
    public var calledAETitle: AETitle
    /// At most 128, with odd identifiers; `proposals(_:)` numbers them.
    public var presentationContexts: [PresentationContextProposal]
    public var roleSelections: [RoleSelection] = []
    public var extendedNegotiations: [ExtendedNegotiation] = []
    public var userIdentity: UserIdentity?
    /// How many operations may be outstanding (PS3.7 §D.3.3.3); one when left out.
    public var asynchronousOperationsWindow: AsynchronousOperationsWindow?
    /// TLS (PS3.15 §B.12), or none.
    public var security: TransportSecurity?
    /// The longest P-DATA-TF body we announce and accept.
    public var maximumLength = PDULimits.defaultMaximumLength
    public var connectTimeout = Duration.seconds(10)
    /// How long the peer may owe a response or leave our bytes unread.
    public var idleTimeout = Duration.seconds(60)
    public var implementation = ImplementationIdentity.isocenter

    public init(
      host: String, port: Int, callingAETitle: AETitle, calledAETitle: AETitle,
      presentationContexts: [PresentationContextProposal]
    ) {
      self.host = host
      self.port = port
      self.callingAETitle = callingAETitle
      self.calledAETitle = calledAETitle
      self.presentationContexts = presentationContexts
    }
  }

  /// Presentation contexts an association can have: odd numbers from 1 to 255 (PS3.8 §9.3.2.2).
  public static let maximumContexts = 128

  /// Presentation contexts numbered 1, 3, 5…; those beyond `maximumContexts` are left out.
  public static func proposals(_ contexts: [(abstractSyntax: UID, transferSyntaxes: [UID])])
    -> [PresentationContextProposal]
  {
    zip(stride(from: UInt16(1), through: 255, by: 2), contexts).map { id, context in
      PresentationContextProposal(
        id: UInt8(truncatingIfNeeded: id), abstractSyntax: context.abstractSyntax,
        transferSyntaxes: context.transferSyntaxes)
    }
  }

  /// Connects and negotiates.
  ///
  /// - Parameter prepareChannel: puts handlers between ours and the connection, above TLS.
  /// - Throws: `AssociationError` when the peer rejects or aborts; what the operating system says when it cannot be
  ///   reached.
  public static func connect(
    _ configuration: Configuration, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    prepareChannel: @escaping @Sendable (any Channel) throws -> Void = { _ in }
  ) async throws -> ClientAssociation {
    let settings = AssociationSettings(
      maximumLength: configuration.maximumLength, artim: configuration.connectTimeout, idle: configuration.idleTimeout,
      isSecure: configuration.security != nil)
    var information = UserInformation(
      maximumLength: settings.maximumLength, implementationClassUID: configuration.implementation.classUID,
      implementationVersionName: configuration.implementation.versionName)
    information.roleSelections = configuration.roleSelections
    information.extendedNegotiations = configuration.extendedNegotiations
    information.userIdentity = configuration.userIdentity
    information.asynchronousOperationsWindow = configuration.asynchronousOperationsWindow
    let request = AssociateRequest(
      calledAETitle: configuration.calledAETitle, callingAETitle: configuration.callingAETitle,
      presentationContexts: configuration.presentationContexts, userInformation: information)
    guard PDU.associateRequest(request).isFaithful else { throw AssociationError.unusableRequest }
    let association = try await ClientBootstrap(group: group)
      .connectTimeout(TimeAmount(configuration.connectTimeout))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(
        .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: AssociationSettings.receiveBufferSize)
      )
      .channelOption(
        .writeBufferWaterMark,
        value: .init(
          low: AssociationSettings.outboundLowWatermark, high: AssociationSettings.outboundHighWatermark)
      )
      .connect(host: configuration.host, port: configuration.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try configuration.security?.secureRequestor(channel, host: configuration.host)
          try prepareChannel(channel)
          return try AssociationHandler.install(on: channel, settings: settings, request: request)
        }
      }
    let acceptance = try await association.abortingWhenCancelled {
      try await association.associateAccept.futureResult.get()
    }
    return ClientAssociation(association: association, request: request, acceptance: acceptance)
  }

  /// Connects, runs `body`, and releases; aborts when `body` throws.
  public static func withAssociation<Result>(
    _ configuration: Configuration, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    _ body: (ClientAssociation) async throws -> Result
  ) async throws -> Result {
    let association = try await connect(configuration, group: group)
    let result: Result
    do {
      result = try await body(association)
    } catch {
      association.abort()
      throw error
    }
    try await association.release()
    return result
  }
}
