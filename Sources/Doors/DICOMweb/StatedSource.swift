public import ArchiveCore
import HTTPTypes

/// Where objects come from, as the archive's own tools say it through the socket in the data directory. Nobody else is
/// asked: who comes by the network is of the site that the archive knows them by.
public enum StatedSource {
  /// The site that the objects belong to.
  static let siteField = "Isocenter-Source-Site"
  /// How the bytes got here; reactors leave imports and the demo alone.
  static let channelField = "Isocenter-Source-Channel"
  /// What the source is called.
  static let nameField = "Isocenter-Source-Name"
  /// The issuer of Patient IDs of objects that name none; the site's when absent.
  static let issuerField = "Isocenter-Source-Issuer"

  /// The header fields that say what a source is.
  public static func fields(of source: Source) -> [(name: String, value: String)] {
    let fields = [
      (siteField, source.site.value), (channelField, source.channel.rawValue), (nameField, source.name),
    ]
    return source.defaultIssuer == source.site.value ? fields : fields + [(issuerField, source.defaultIssuer)]
  }

  /// - Parameters:
  ///   - usual: the source of everybody but the local tools.
  ///   - issuer: the issuer of a site.
  static func source(
    _ fields: HTTPFields, of principal: Principal, usual: Source, issuer: (SiteID) -> String
  ) -> Source {
    guard principal == .localSocket else { return usual }
    func value(_ name: String) -> String? {
      HTTPField.Name(name).flatMap { fields[$0] }.flatMap { $0.isEmpty ? nil : $0 }
    }
    let site = value(siteField).map { SiteID($0) } ?? usual.site
    return Source(
      channel: value(channelField).flatMap(Source.Channel.init(rawValue:)) ?? usual.channel,
      name: value(nameField) ?? usual.name, site: site, defaultIssuer: value(issuerField) ?? issuer(site))
  }
}
