import ArchiveCore
import DICOM
import DIMSE
import Hummingbird
import Workflow

/// Storage commitment of other archives (PS3.4 Annex J): `/api/v1/studies/{study}/commitments` and `/api/v1/commitments`.
struct CommitmentRoutes: Sendable {
  static let pageLimit = 200
  /// Failed instances that one answer names.
  static let failureLimit = 1000

  let commitment: StorageCommitment

  struct Wanted: Decodable, Sendable {
    /// AE title of the node that is asked.
    var node: String
  }

  struct Answer: Encodable, Sendable {
    var transaction: String
    var study: String?
    var node: String?
    /// `REQUESTED`, `COMMITTED` or `FAILED`.
    var state: String
    var changedAt: String
    var instances: Int
    /// Instances that are not kept there, with the Failure Reason in hexadecimal digits.
    var failed: [Failure]

    struct Failure: Encodable, Sendable {
      var instance: String
      var reason: String
    }

    init(_ record: WorkRecord) {
      transaction = record.item.value
      study = record.fields.study
      node = record.fields.station
      state = record.state.description
      changedAt = record.changedAt.rfc3339
      instances = record.attributes.items(.referencedSOPSequence).count
      failed = record.attributes.items(.failedSOPSequence).prefix(failureLimit).map { item in
        Failure(
          instance: item.string(.referencedSOPInstanceUID) ?? "",
          reason: DIMSEStatus(rawValue: UInt16(clamping: item.int(.failureReason) ?? 0)).hexadecimal)
      }
    }
  }

  struct Page: Encodable, Sendable {
    var commitments: [Answer]
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.post("studies/{study}/commitments", use: request)
    router.get("studies/{study}/commitments", use: list)
    router.get("commitments", use: list)
    router.get("commitments/{transaction}", use: show)
  }

  @Sendable func request(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let wanted = try await request.json(as: Wanted.self)
    let record = try await commitment.request(try context.study(), of: wanted.node, as: principal)
    return try Response.json(Answer(record), status: .accepted, context: context)
  }

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let study = context.parameters.get("study") == nil ? nil : try context.study()
    var states: Set<WorkState>?
    if let text = request.uri.queryParameters["state"].map(String.init) {
      guard let state = WorkState(text), [.requested, .committed, .failed].contains(state) else {
        throw ArchiveError(.badRequest, "state is one of REQUESTED, COMMITTED, FAILED")
      }
      states = [state]
    }
    let page = try await commitment.transactions(
      states, of: study, after: nil, limit: Self.pageLimit, as: principal)
    return try Response.json(Page(commitments: page.records.map(Answer.init)), context: context)
  }

  @Sendable func show(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    guard let item = context.parameters.get("transaction").flatMap({ WorkUID(inAddress: $0) }) else {
      throw ArchiveError(.badRequest, "a transaction is named by its UID")
    }
    return try Response.json(Answer(try await commitment.transaction(item, as: principal)), context: context)
  }
}
