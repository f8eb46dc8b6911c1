import ArchiveCore
import DICOM
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Workflow

/// What is to be performed: `/api/v1/worklist` (PS3.4 Annex K).
///
/// What names a patient is searched for by POST, so that it is in no address, history or log.
struct WorklistRoutes: Sendable {
  static let dicomJSON = "application/dicom+json"

  let worklist: Worklist

  struct Page: Encodable, Sendable {
    var steps: [WorklistBody]
    /// To be handed back as `after`; absent on the last page.
    var next: String?
  }

  /// Filters; names and numbers may have wild cards (PS3.4 §C.2.2.2.4).
  struct Asked: Decodable, Sendable {
    var patientName: String?
    var patientID: String?
    var accessionNumber: String?
    var studyInstanceUID: String?
    var stepID: String?
    var station: String?
    var modality: String?
    /// Days, `YYYY-MM-DD`, inclusive.
    var from: String?
    var to: String?
    /// Those that are not over when absent.
    var status: [String]?
    var after: String?
    var limit: Int?
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("worklist", use: list)
    router.post("worklist", use: create)
    router.post("worklist/search", use: search)
    router.get("worklist/{item}", use: show)
    router.put("worklist/{item}", use: replace)
    router.patch("worklist/{item}", use: amend)
    router.delete("worklist/{item}", use: remove)
  }

  // MARK: Asking

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let query = request.uri.queryParameters
    func text(_ name: String) -> String? { query[name[...]].map(String.init) }
    let asked = Asked(
      station: text("station"), modality: text("modality"), from: text("from"), to: text("to"),
      status: text("status").map { $0.split(separator: ",").map(String.init) }, after: text("after"),
      limit: try request.number("limit", in: 1...Worklist.maximumPage, default: 100))
    return try await answer(asked, context)
  }

  @Sendable func search(_ request: Request, _ context: WebContext) async throws -> Response {
    _ = try context.signedIn()
    return try await answer(try await request.json(as: Asked.self), context)
  }

  private func answer(_ asked: Asked, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let limit = asked.limit ?? 100
    guard (1...Worklist.maximumPage).contains(limit) else {
      throw ProblemDetails.badRequest("limit is a number from 1 to \(Worklist.maximumPage)")
    }
    let states = try WorkStateNames.read(asked.status) ?? [.scheduled, .arrived, .ready, .started]
    let page = try await worklist.page(
      try asked.identifier(), in: states, after: try WorkPlace.read(asked.after), limit: limit, as: principal)
    return try Response.json(
      Page(
        steps: try page.records.map { try WorklistBody($0, withAttributes: false) },
        next: page.next.map(WorkPlace.written)), context: context)
  }

  @Sendable func show(_ request: Request, _ context: WebContext) async throws -> Response {
    let record = try await worklist.step(try context.workItem(), as: context.signedIn())
    if request.headers[.accept]?.contains(Self.dicomJSON) == true { return Response.dicomJSON(record.attributes) }
    return try Response.json(try WorklistBody(record, withAttributes: true), context: context)
  }

  // MARK: Changing

  /// With `replace=true` an item that is there already is replaced: importing the same again changes nothing.
  @Sendable func create(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let query = request.uri.queryParameters
    let (item, body) = try await read(request, over: DataSet())
    let site = SiteID(body?.site ?? query["site"].map(String.init) ?? SiteID.main.value)
    guard query["replace"] == "true" else {
      let record = try await worklist.add(item, at: site, as: principal)
      return try Response.json(try WorklistBody(record, withAttributes: true), status: .created, context: context)
    }
    let (record, isNew) = try await worklist.put(item, at: site, as: principal)
    return try Response.json(
      try WorklistBody(record, withAttributes: true), status: isNew ? .created : .ok, context: context)
  }

  @Sendable func replace(_ request: Request, _ context: WebContext) async throws -> Response {
    try await change(request, context) { _, said in said }
  }

  @Sendable func amend(_ request: Request, _ context: WebContext) async throws -> Response {
    try await change(request, context) { present, said in present.merging(said) }
  }

  private func change(
    _ request: Request, _ context: WebContext, _ make: @Sendable (DataSet, DataSet) -> DataSet
  ) async throws -> Response {
    let principal = try context.signedIn()
    let uid = try context.workItem()
    let isWhole = request.method == .put
    let media = request.mediaType
    let said: DataSet
    var body: WorklistBody?
    if media == Self.dicomJSON {
      said = try await request.dicomJSONItem()
    } else {
      let asked = try await request.json(as: WorklistBody.self)
      body = asked
      said = isWhole ? try asked.applied(to: DataSet()) : DataSet()
    }
    let record = try await worklist.change(uid, version: body?.version, as: principal) { present in
      if let body, !isWhole { return try body.applied(to: present) }
      return make(present, said)
    }
    return try Response.json(try WorklistBody(record, withAttributes: true), context: context)
  }

  @Sendable func remove(_ request: Request, _ context: WebContext) async throws -> Response {
    try await worklist.remove(try context.workItem(), as: context.signedIn())
    return Response(status: .noContent)
  }

  private func read(_ request: Request, over item: DataSet) async throws -> (DataSet, WorklistBody?) {
    if request.mediaType == Self.dicomJSON { return (try await request.dicomJSONItem(), nil) }
    let body = try await request.json(as: WorklistBody.self)
    return (try body.applied(to: item), body)
  }
}

extension WorklistRoutes.Asked {
  /// As the keys of a worklist query.
  func identifier() throws(ProblemDetails) -> DataSet {
    var identifier = DataSet()
    identifier.set(.specificCharacterSet, .cs, "ISO_IR 192")
    var step = DataSet()
    for (tag, text) in [
      (Tag.patientName, patientName), (.patientID, patientID), (.accessionNumber, accessionNumber),
      (.studyInstanceUID, studyInstanceUID),
    ] {
      if let text, !text.isEmpty { identifier.set(tag, text) }
    }
    for (tag, text) in [
      (Tag.scheduledProcedureStepID, stepID), (.scheduledStationAETitle, station), (.modality, modality),
    ] {
      if let text, !text.isEmpty { step.set(tag, text) }
    }
    let range = try DateText.range(from: from, to: to)
    if !range.isEmpty { step.set(.scheduledProcedureStepStartDate, range) }
    if !step.isEmpty { identifier.set(.scheduledProcedureStepSequence, items: [step]) }
    return identifier
  }
}

extension DateText {
  /// Two days as a range of DA (PS3.4 §C.2.2.2.5); empty when there is neither.
  static func range(from: String?, to: String?) throws(ProblemDetails) -> String {
    let first = try date(from ?? "", "from")
    let last = try date(to ?? "", "to")
    return first.isEmpty && last.isEmpty ? "" : "\(first)-\(last)"
  }
}

/// Names of states in requests.
enum WorkStateNames {
  /// - Returns: `nil` when none is named.
  static func read(_ names: [String]?) throws(ProblemDetails) -> Set<WorkState>? {
    guard let names, !names.isEmpty else { return nil }
    if names == ["all"] { return Set(WorkState.allCases) }
    var states: Set<WorkState> = []
    for name in names {
      guard let state = WorkState(name) else {
        throw .badRequest(
          "status is all, or of \(WorkState.allCases.map(\.description).joined(separator: ", "))")
      }
      states.insert(state)
    }
    return states
  }
}

/// Places in a list of objects to work by, as text.
enum WorkPlace {
  static func written(_ cursor: WorkCursor) -> String { "\(cursor.start).\(cursor.row)" }

  static func read(_ text: String?) throws(ProblemDetails) -> WorkCursor? {
    guard let text else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count <= 14, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let row = Int64(parts[1]), row >= 0
    else { throw .badRequest("after is a text that an earlier answer gave as next") }
    return WorkCursor(start: String(parts[0]), row: row)
  }
}

extension WebContext {
  /// The object to work by that the address names.
  func workItem() throws(ArchiveError) -> WorkUID { try uid("item") }
}

extension Request {
  /// Media type of the body, in small letters and without parameters.
  var mediaType: String? { headers[.contentType]?.prefix { $0 != ";" }.lowercased().filter { $0 != " " } }

  /// The body as one data set in DICOM JSON, alone or in an array.
  ///
  /// - Throws: `ProblemDetails` 400.
  func dicomJSONItem() async throws -> DataSet {
    let buffer = try await body.collect(upTo: WebContext.bodyLimit)
    guard let items = try? DICOMJSON.decodeArray(Array(buffer.readableBytesView)), items.count == 1 else {
      throw ProblemDetails.badRequest("the body is not one data set of DICOM JSON (PS3.18 Annex F)")
    }
    return items[0]
  }
}

extension Response {
  /// One data set as DICOM JSON, in an array as everywhere in DICOMweb.
  static func dicomJSON(_ dataSet: DataSet) -> Response {
    let body = Array("[".utf8) + DICOMJSON.encode(dataSet) + Array("]".utf8)
    return Response(
      status: .ok, headers: [.contentType: WorklistRoutes.dicomJSON],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
