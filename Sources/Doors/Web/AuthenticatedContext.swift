public import ArchiveCore
public import Hummingbird

/// A request context that knows who asks. Middleware fills it from what the caller proved; doors read it.
public protocol AuthenticatedContext: RequestContext {
  /// `nil` when the caller proved nothing.
  var principal: Principal? { get set }
}
