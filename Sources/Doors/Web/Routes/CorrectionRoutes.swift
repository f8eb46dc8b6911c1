import ArchiveCore
import DICOM
import Foundation
import HTTPTypes
import Hummingbird

/// What is believed of a study instead of what its objects say: `/api/v1/studies/{study}/corrections`.
struct CorrectionRoutes: Sendable {
  let archive: Archive

  func add(to router: some RouterMethods<WebContext>) {
    router.get("studies/{study}/corrections", use: list)
    router.post("studies/{study}/corrections", use: correct)
    router.post("studies/{study}/corrections/{correction}/undo", use: undo)
  }

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let history = try await archive.corrections(of: try context.study(), as: context.signedIn())
    let standing = Set(history.standing.map(\.id))
    return try Response.json(
      history.map { CorrectionBody($0, holds: standing.contains($0.id)) }, context: context)
  }

  @Sendable func correct(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let study = try context.study()
    let body = try await request.json(as: Body.self)
    let correction = try await archive.correct(study, body.attributes.dataSet, as: principal, reason: body.reason)
    return try answer(correction, context)
  }

  @Sendable func undo(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let study = try context.study()
    guard let id = context.parameters.get("correction").flatMap({ CorrectionID($0) }) else {
      throw ArchiveError(.notFound, "the study has no such correction that holds")
    }
    let body = try await request.json(as: Reason.self)
    return try answer(try await archive.undo(id, of: study, as: principal, reason: body.reason), context)
  }

  private func answer(_ correction: Correction, _ context: WebContext) throws -> Response {
    try Response.json(CorrectionBody(correction, holds: true), status: .created, context: context)
  }

  private struct Body: Decodable, Sendable {
    var attributes: AttributesBody
    var reason: String
  }

  private struct Reason: Decodable, Sendable {
    var reason: String
  }
}

/// One correction as the API writes it.
struct CorrectionBody: Encodable, Sendable {
  var id: String
  var at: String
  var principal: String
  var reason: String
  /// Whether no later correction undoes it.
  var holds: Bool
  /// What it sets, by keyword; an empty text means that there is none.
  var attributes: [String: String]?
  /// The correction that it undoes.
  var undoes: String?

  init(_ correction: Correction, holds: Bool) {
    id = correction.id.description
    at = correction.at.rfc3339
    principal = "\(correction.principalKind):\(correction.principalName)"
    reason = correction.reason
    self.holds = holds
    switch correction.action {
    case .set(let values): attributes = AttributesBody(values).byKeyword
    case .undo(let id): undoes = id.description
    }
  }
}

/// Attributes of one text value each, by the dictionary's keyword or by tag in eight hexadecimal digits.
struct AttributesBody: Codable, Sendable {
  var byKeyword: [String: String]

  init(_ values: DataSet) {
    byKeyword = [:]
    for element in values {
      byKeyword[DataDictionary.entry(element.tag)?.keyword ?? element.tag.hex] = element.bytes.map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    byKeyword = try container.decode([String: String].self)
    guard byKeyword.keys.allSatisfy({ Self.tag($0) != nil }) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "an attribute that is none")
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(byKeyword)
  }

  /// As a data set in UTF-8.
  var dataSet: DataSet {
    var values = DataSet()
    values.set(.specificCharacterSet, .cs, "ISO_IR 192")
    for (name, text) in byKeyword {
      if let tag = Self.tag(name) { values.set(tag, .ut, bytes: Array(text.utf8)) }
    }
    return values
  }

  private static func tag(_ name: String) -> DICOM.Tag? {
    DataDictionary.tag(keyword: name) ?? UInt32(name, radix: 16).map { DICOM.Tag(rawValue: $0) }
  }
}
