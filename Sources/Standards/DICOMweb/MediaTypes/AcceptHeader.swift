/// What a client says it accepts (RFC 9110 §12.5.1, PS3.18 §8.7.5), most wanted first.
///
/// Read liberally: quotation marks missing or too many, several types in one line or many, parameters where they mean
/// nothing. What cannot be read at all is passed over; a field of which nothing can be read says no more than none.
public struct AcceptHeader: Hashable, Sendable {
  /// More ranges than any client sends; what lies behind them is not read.
  public static let maximumRanges = 128

  /// One acceptable kind of answer.
  public struct Range: Hashable, Sendable {
    public var mediaType: MediaType
    /// Thousandths, 0 (not acceptable) to 1000.
    public var quality: Int

    /// Whether parts are wanted in a `multipart/related` answer (RFC 2387).
    public var isMultipart: Bool {
      mediaType.type == "multipart" && (mediaType.subtype == "related" || mediaType.subtype == "*")
    }

    /// The type of a part for a multipart range, otherwise the range's own type.
    public var representation: MediaType {
      guard isMultipart else { return mediaType }
      return mediaType[parameter: "type"].flatMap { MediaType($0) } ?? MediaType("*", "*")
    }

    /// The values of `transfer-syntax`; some clients give a UID and `*`.
    public var transferSyntaxes: [String] {
      mediaType.values(of: "transfer-syntax").flatMap { $0.split(separator: ",") }.map {
        String(HeaderText.trimmed($0))
      }
    }
  }

  /// Acceptable ranges, by descending quality, otherwise in the client's order.
  public private(set) var ranges: [Range]
  /// Types the client refuses by `q=0`.
  public private(set) var refused: [MediaType]

  /// Anything.
  public static let anything = AcceptHeader([])

  /// - Parameter fields: the values of the Accept fields of a request.
  public init(_ fields: [String]) {
    var found: [Range] = []
    for field in fields {
      for part in HeaderText.split(field, at: ",") where found.count < AcceptHeader.maximumRanges {
        guard var mediaType = MediaType(part == "*" ? "*/*" : part) else { continue }
        let quality = mediaType[parameter: "q"].map(AcceptHeader.quality) ?? 1000
        mediaType.parameters.removeAll { $0.name == "q" }
        found.append(Range(mediaType: mediaType, quality: quality))
      }
    }
    if found.isEmpty { found = [Range(mediaType: MediaType("*", "*"), quality: 1000)] }
    refused = found.filter { $0.quality == 0 }.map(\.mediaType)
    // Sorting is stable by the position taken along.
    ranges = found.enumerated().filter { $0.element.quality > 0 }
      .sorted { ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset) }
      .map(\.element)
  }

  /// What a request accepts: the `accept` query parameter overrides the field (PS3.18 §8.3.3.1).
  public init(fields: [String], query: [QueryParameter]) {
    let wanted = query.filter { $0.name.lowercased() == "accept" && !$0.value.isEmpty }
    self.init(wanted.isEmpty ? fields : wanted.map(\.literalValue))
  }

  /// The most wanted of the types we offer; between equals the client's order, within a wildcard ours.
  public func choose(from offers: [String]) -> String? {
    for range in ranges {
      if let offer = offers.first(where: { range.mediaType.covers($0) && !refuses($0) }) { return offer }
    }
    return nil
  }

  func refuses(_ essence: String) -> Bool {
    refused.contains { $0.essence == essence }
  }

  /// What the client accepts, for a refusal's message.
  var summary: String {
    ranges.prefix(8).map(\.mediaType.description).joined(separator: ", ")
  }

  /// A quality of zero to one in thousandths; one when it cannot be read.
  private static func quality(_ text: String) -> Int {
    guard let value = Double(text), value.isFinite else { return 1000 }
    return Int(min(max(value, 0), 1) * 1000)
  }
}
