/// One parameter of a request's query (PS3.18 §8.3.1).
public struct QueryParameter: Hashable, Sendable {
  /// More parameters than any client sends.
  public static let maximumCount = 512
  /// Longest query in bytes.
  public static let maximumLength = 65_536

  public var name: String
  /// The value with `+` read as a space: Python's and Java's clients write it so.
  public var value: String
  /// The value with `+` kept, for values in which it cannot mean a space (`application/dicom+json`).
  public var literalValue: String

  public init(name: String, value: String, literalValue: String? = nil) {
    self.name = name
    self.value = value
    self.literalValue = literalValue ?? value
  }

  /// The parameters of a query component as it stands in the URI, without its question mark.
  ///
  /// - Throws: `.badRequest` for escapes that are incomplete or no UTF-8, `.tooLarge` for a query beyond the bounds.
  public static func parse(_ query: some StringProtocol) throws(DICOMwebError) -> [QueryParameter] {
    guard query.utf8.count <= maximumLength else {
      throw DICOMwebError(.tooLarge, "the query is longer than \(maximumLength) bytes")
    }
    var parameters: [QueryParameter] = []
    for part in query.split(separator: "&") {
      guard parameters.count < maximumCount else {
        throw DICOMwebError(.tooLarge, "the query has more than \(maximumCount) parameters")
      }
      let mark = part.firstIndex(of: "=") ?? part.endIndex
      guard let name = PercentEncoding.decode(part[..<mark], plusIsSpace: true) else {
        throw DICOMwebError(.badRequest, "the name of query parameter \(parameters.count + 1) is not encoded UTF-8")
      }
      let encoded = part[mark...].dropFirst()
      guard let value = PercentEncoding.decode(encoded, plusIsSpace: true),
        let literal = PercentEncoding.decode(encoded)
      else {
        throw DICOMwebError(.badRequest, "the value of query parameter \(parameters.count + 1) is not encoded UTF-8")
      }
      parameters.append(QueryParameter(name: name, value: value, literalValue: literal))
    }
    return parameters
  }
}
