import ArchiveCore
import Foundation
public import HTTPTypes
public import Hummingbird
import NIOCore

extension Request {
  /// The body as JSON.
  ///
  /// - Throws: `ProblemDetails` 415 when it does not say that it is JSON, 400 when it is not what the route takes.
  ///   What it contained is not repeated.
  public func json<Body: Decodable>(as type: Body.Type) async throws -> Body {
    let media = headers[.contentType]?.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
    guard media == "application/json" else {
      throw ProblemDetails(.unsupportedMediaType, code: "mediaType", detail: "the body must be application/json")
    }
    let buffer = try await body.collect(upTo: WebContext.bodyLimit)
    do {
      return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
    } catch DecodingError.keyNotFound(let key, _) {
      throw ProblemDetails.badRequest("the body lacks \"\(key.stringValue)\"")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      throw ProblemDetails.badRequest("the body has a value of the wrong kind\(Self.place(context.codingPath))")
    } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
      throw ProblemDetails.badRequest("the body has an unknown value\(Self.place(context.codingPath))")
    } catch {
      throw ProblemDetails.badRequest("the body is not JSON")
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    path.isEmpty ? "" : " at \(path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "."))"
  }

  /// A number in the query.
  ///
  /// - Throws: `ProblemDetails` 400 when it is no number or outside the range.
  func number(_ name: String, in range: ClosedRange<Int>, default value: Int) throws(ProblemDetails) -> Int {
    guard let text = uri.queryParameters[name[...]] else { return value }
    guard let number = Int(text), range.contains(number) else {
      throw .badRequest("\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}

/// Sites as the API writes them: `"all"`, or a list of names.
enum SitesBody: Codable, Sendable {
  case all
  case only([String])

  init(_ sites: Principal.Sites) {
    switch sites {
    case .all: self = .all
    case .only(let sites): self = .only(sites.map(\.value).sorted())
    }
  }

  var sites: Principal.Sites {
    switch self {
    case .all: .all
    case .only(let names): .only(Set(names.map(SiteID.init)))
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let word = try? container.decode(String.self) {
      guard word == "all" else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "neither \"all\" nor a list")
      }
      self = .all
    } else {
      self = .only(try container.decode([String].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .all: try container.encode("all")
    case .only(let names): try container.encode(names)
    }
  }
}

extension Set<Role> {
  /// As the API writes them.
  var names: [String] { map(\.rawValue).sorted() }
}

extension Response {
  /// A JSON answer.
  public static func json(
    _ value: some Encodable, status: HTTPResponse.Status = .ok, context: WebContext
  ) throws -> Response {
    let body = try context.responseEncoder.encode(value)
    return Response(
      status: status, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
