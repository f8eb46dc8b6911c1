public import ArchiveCore
import DICOMweb

/// What an operator decides of the DICOMweb door.
public struct DICOMwebConfiguration: Sendable {
  /// Where the door stands, beginning with a slash.
  public var path = "/dicom-web"
  /// The address clients are told, such as `https://pacs.example/dicom-web`; from each request when `nil`.
  public var publicRoot: String?
  /// Whether requests come through a declared proxy, whose `Forwarded` and `X-Forwarded-` fields are then believed.
  public var trustsProxy = false
  /// The port of our listener, for clients whose Host field lacks it.
  public var listeningPort: Int?
  /// Whether our own listener speaks TLS.
  public var isSecure = false
  /// Origins whose pages may call (CORS); `*` for any.
  public var allowedOrigins: Set<String> = []
  /// Most results of one search, and their number when the client names no limit.
  public var maximumResults = 10_000
  /// Instances after which a store request settles what it has.
  public var instancesPerSettlement = 64
  /// Bytes after which it does.
  public var bytesPerSettlement: UInt64 = 256 * 1024 * 1024
  /// The site to which what a principal stores belongs.
  public var site: @Sendable (Principal) -> SiteID = { principal in
    // Whoever knows of one site only sends for that one.
    if case .only(let sites) = principal.sites, sites.count == 1, let site = sites.first { return site }
    return .main
  }

  /// Issuer of Patient ID for objects of a site that name none.
  public var issuer: @Sendable (SiteID) -> String = { $0.value }

  public init() {}
}
