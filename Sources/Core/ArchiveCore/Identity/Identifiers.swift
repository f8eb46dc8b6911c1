import DICOM

/// A text identifier that never stands in for another kind of text.
///
/// Conforming types are the UIDs of the patient–study–series–instance model (PS3.3 §A.1.2) and the names that
/// configuration gives to sites and sources.
public protocol TextIdentifier: Hashable, Sendable, Codable, CustomStringConvertible {
  var value: String { get }
}

extension TextIdentifier {
  public var description: String { value }
}

/// What makes a UID safe to keep and to print: digits and dots, 1 to 64 characters (PS3.5 §9.1).
///
/// Leading zeros in a component are tolerated: scanners in service send them, and they harm nobody.
func isAcceptableUID(_ text: some StringProtocol) -> Bool {
  let bytes = text.utf8
  guard bytes.count >= 1, bytes.count <= 64 else { return false }
  return bytes.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E }
}

/// A UID of the patient–study–series–instance model.
public protocol ModelUID: TextIdentifier {
  /// What an object may say: stored data is taken as it comes, if only its characters are a UID's.
  init?(_ text: String)
}

extension ModelUID {
  /// What an address may say: components of digits between single points (PS3.5 §9.1), so that no part of a path reads
  /// `..`. Leading zeros are tolerated here too, since what has them must be reachable.
  public init?(inAddress text: String) {
    guard text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }) else { return nil }
    self.init(text)
  }
}

/// Study Instance UID (0020,000D).
public struct StudyUID: ModelUID {
  public let value: String
  public init?(_ text: String) {
    guard isAcceptableUID(text) else { return nil }
    value = text
  }
}

/// Series Instance UID (0020,000E).
public struct SeriesUID: ModelUID {
  public let value: String
  public init?(_ text: String) {
    guard isAcceptableUID(text) else { return nil }
    value = text
  }
}

/// SOP Instance UID of something people and machines work by.
public struct WorkUID: ModelUID {
  public let value: String
  public init?(_ text: String) {
    guard isAcceptableUID(text) else { return nil }
    value = text
  }
}

/// SOP Instance UID (0008,0018).
public struct InstanceUID: ModelUID {
  public let value: String
  public init?(_ text: String) {
    guard isAcceptableUID(text) else { return nil }
    value = text
  }
}

/// A site: a hospital, clinic or department that owns images; the unit of access (`DESIGN` §4).
public struct SiteID: TextIdentifier {
  public let value: String
  public init(_ text: String) { value = text }

  /// The site of everything that no configuration says otherwise of.
  public static let main = SiteID("main")
}
