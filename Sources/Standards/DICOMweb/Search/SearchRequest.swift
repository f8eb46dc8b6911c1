public import DICOM

/// The query of a QIDO-RS search (PS3.18 §8.3.4, §10.6.1).
///
/// Parameters that name nothing we know are ignored, as §8.3 demands, and named in `warnings`; known ones with
/// impossible values are errors.
public struct SearchRequest: Hashable, Sendable {
  /// Most attributes in `includefield`.
  public static let maximumIncludes = 512

  /// An attribute and the values it was given: one, or a list where the attribute allows a list.
  public struct Match: Hashable, Sendable {
    public var path: AttributePath
    public var vr: VR
    /// As the client wrote them, wildcards and ranges and all; empty for universal matching.
    public var values: [String]
  }

  public var matches: [Match] = []
  public var includes: [AttributePath] = []
  /// `includefield=all`.
  public var includesAll = false
  public var limit: Int?
  public var offset = 0
  /// Whether names match by words and sound (PS3.4 §C.2.2.2.1.1).
  public var fuzzyMatching = false
  /// Whether `""` asks for absent and empty values (§8.3.4.5).
  public var emptyValueMatching = false
  /// What the client should know, as texts for Warning fields.
  public var warnings: [String] = []

  public init() {}

  /// - Parameter parameters: the request's whole query.
  /// - Throws: `.badRequest`, naming the parameter and never its value.
  public init(_ parameters: [QueryParameter]) throws(DICOMwebError) {
    for parameter in parameters {
      switch parameter.name.lowercased() {
      case "includefield": try include(parameter.value)
      case "limit": limit = try Self.count(parameter)
      case "offset": offset = try Self.count(parameter)
      case "fuzzymatching":
        fuzzyMatching = try Self.flag(parameter)
      case "emptyvaluematching": emptyValueMatching = try Self.flag(parameter)
      // Lists of values are matched as lists with and without it.
      case "multiplevaluematching": _ = try Self.flag(parameter)
      case "accept", "charset", "_", "": break
      default: try match(parameter)
      }
    }
  }

  /// The attributes whose value may be a list: UIDs (PS3.4 §C.2.2.2.2) and code strings, in which a comma cannot occur.
  static func allowsList(_ vr: VR) -> Bool { vr == .ui || vr == .cs }

  private mutating func match(_ parameter: QueryParameter) throws(DICOMwebError) {
    switch AttributePath.read(parameter.name) {
    case .unknown:
      warnings.append("The parameter \(Self.printable(parameter.name)) is not known and was ignored.")
    case .wrong(let reason):
      throw DICOMwebError(.badRequest, "the query attribute \(Self.printable(parameter.name)) \(reason)")
    case .attribute(let path):
      guard let vr = path.vr, vr != .sq else {
        warnings.append("The attribute \(path) cannot be matched and was ignored.")
        return
      }
      try match(path, vr, parameter.value)
    }
  }

  private mutating func match(_ path: AttributePath, _ vr: VR, _ value: String) throws(DICOMwebError) {
    var values: [String] = []
    if Self.allowsList(vr) {
      values = value.split { $0 == "," || $0 == "\\" }.map { String(HeaderText.trimmed($0)) }.filter { !$0.isEmpty }
    } else if !value.isEmpty {
      values = [value]
    }
    guard let known = matches.firstIndex(where: { $0.path == path }) else {
      matches.append(Match(path: path, vr: vr, values: values))
      return
    }
    if matches[known].values == values { return }
    guard Self.allowsList(vr) else {
      throw DICOMwebError(.badRequest, "the query attribute \(path) is given twice, with different values")
    }
    matches[known].values.append(contentsOf: values)
  }

  private mutating func include(_ list: String) throws(DICOMwebError) {
    for name in HeaderText.split(list, at: ",") where !name.isEmpty {
      if name.lowercased() == "all" {
        includesAll = true
        continue
      }
      switch AttributePath.read(name) {
      case .attribute(let path):
        guard includes.count < Self.maximumIncludes else {
          throw DICOMwebError(.tooLarge, "more than \(Self.maximumIncludes) attributes in includefield")
        }
        includes.append(path)
      case .unknown:
        warnings.append("The attribute \(Self.printable(String(name))) in includefield is not known and was ignored.")
      case .wrong(let reason):
        throw DICOMwebError(.badRequest, "the attribute \(Self.printable(String(name))) in includefield \(reason)")
      }
    }
  }

  private static func flag(_ parameter: QueryParameter) throws(DICOMwebError) -> Bool {
    switch parameter.value.lowercased() {
    case "false", "": false
    case "true": true
    default: throw DICOMwebError(.badRequest, "\(parameter.name) is neither true nor false")
    }
  }

  private static func count(_ parameter: QueryParameter) throws(DICOMwebError) -> Int {
    guard let count = Int(parameter.value), count >= 0 else {
      throw DICOMwebError(.badRequest, "\(parameter.name) is no whole number from 0 on")
    }
    return count
  }

  /// A name as it may stand in a header field and a message: short, and letters, digits and points only.
  private static func printable(_ name: String) -> String {
    let kept = name.utf8.prefix(64).map { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): byte
      default: UInt8(ascii: "?")
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }
}
