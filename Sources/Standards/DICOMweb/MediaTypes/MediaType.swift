/// A media type with its parameters (RFC 9110 §8.3.1), or a range of them in an Accept field.
public struct MediaType: Hashable, Sendable, CustomStringConvertible {
  public struct Parameter: Hashable, Sendable {
    /// In lower case.
    public var name: String
    public var value: String
  }

  /// Most parameters of one media type that are read.
  public static let maximumParameters = 32

  /// Lower case, such as `application`; `*` in a range.
  public var type: String
  /// Lower case, such as `dicom+json`; `*` in a range.
  public var subtype: String
  public var parameters: [Parameter]

  public init(_ type: String, _ subtype: String, parameters: [Parameter] = []) {
    self.type = type
    self.subtype = subtype
    self.parameters = parameters
  }

  /// Reads `type/subtype; name=value; …`. Values may lack the quotation marks the grammar wants, as in
  /// `type=application/dicom`.
  public init?(_ text: some StringProtocol) {
    let parts = HeaderText.split(text, at: ";")
    guard let essence = parts.first, let slash = essence.firstIndex(of: "/") else { return nil }
    let type = essence[..<slash].lowercased()
    let subtype = essence[slash...].dropFirst().lowercased()
    guard MediaType.isToken(type), MediaType.isToken(subtype) else { return nil }
    var parameters: [Parameter] = []
    for part in parts.dropFirst().prefix(MediaType.maximumParameters) where !part.isEmpty {
      let (name, value) = HeaderText.parameter(part)
      parameters.append(Parameter(name: name, value: value))
    }
    self.init(type, subtype, parameters: parameters)
  }

  /// Type and subtype without parameters.
  public var essence: String { "\(type)/\(subtype)" }

  public var description: String {
    parameters.reduce(into: essence) { $0 += "; \($1.name)=\"\($1.value)\"" }
  }

  /// The first parameter of a name.
  public subscript(parameter name: String) -> String? {
    parameters.first { $0.name == name }?.value
  }

  /// Every parameter of a name that some clients give more than once.
  public func values(of name: String) -> [String] {
    parameters.compactMap { $0.name == name ? $0.value : nil }
  }

  /// Whether this range covers a type, wildcards included; parameters are not looked at.
  public func covers(_ essence: String) -> Bool {
    if type == "*" { return true }
    if subtype == "*" { return essence.hasPrefix("\(type)/") }
    return self.essence == essence
  }

  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }
}
