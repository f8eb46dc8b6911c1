import ArchiveCore
import DICOM
import Foundation
import HTTPTypes
import Hummingbird
import Workflow

/// What is and was performed: `/api/v1/performed-steps` (PS3.4 §F.7). Modalities say it; here it is only read.
struct PerformedStepRoutes: Sendable {
  let steps: PerformedSteps

  struct Body: Encodable, Sendable {
    struct Scheduled: Encodable, Sendable {
      var studyInstanceUID: String?
      var stepID: String?
      var accessionNumber: String?
    }

    var id: String
    var version: Int64
    var site: String
    var status: String
    var changedAt: String
    var stepID: String?
    var description: String?
    var station: String?
    var modality: String?
    var start: String?
    var end: String?
    var patientName: String?
    var patientID: String?
    var scheduled: [Scheduled]
    var series: Int
    var instances: Int
    var attributes: JSONValue?

    init(_ record: WorkRecord, withAttributes: Bool) throws {
      let step = record.attributes
      func text(_ tag: Tag, _ part: DataSet? = nil) -> String? {
        (part ?? step).string(tag).flatMap { $0.isEmpty ? nil : $0 }
      }
      id = record.item.value
      version = record.version
      site = record.site.value
      status = record.state.description
      changedAt = record.changedAt.rfc3339
      stepID = text(.performedProcedureStepID)
      description = text(.performedProcedureStepDescription)
      station = text(.performedStationAETitle)
      modality = text(.modality)
      start = text(.performedProcedureStepStartDate).flatMap {
        DateText.written($0, time: text(.performedProcedureStepStartTime))
      }
      end = text(.performedProcedureStepEndDate).flatMap {
        DateText.written($0, time: text(.performedProcedureStepEndTime))
      }
      patientName = text(.patientName)
      patientID = text(.patientID)
      scheduled = step.items(.scheduledStepAttributesSequence).map {
        Scheduled(
          studyInstanceUID: text(.studyInstanceUID, $0), stepID: text(.scheduledProcedureStepID, $0),
          accessionNumber: text(.accessionNumber, $0))
      }
      let made = step.items(.performedSeriesSequence)
      series = made.count
      instances = made.reduce(0) {
        $0 + $1.items(.referencedImageSequence).count
          + $1.items(.referencedNonImageCompositeSOPInstanceSequence).count
      }
      if withAttributes {
        attributes = try JSONDecoder().decode(JSONValue.self, from: Data(DICOMJSON.encode(step)))
      }
    }
  }

  struct Page: Encodable, Sendable {
    var steps: [Body]
    /// To be handed back as `after`; absent on the last page.
    var next: String?
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("performed-steps", use: list)
    router.get("performed-steps/{item}", use: show)
  }

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let query = request.uri.queryParameters
    func text(_ name: String) -> String? { query[name[...]].map(String.init).flatMap { $0.isEmpty ? nil : $0 } }
    var identifier = DataSet()
    for (tag, value) in [(Tag.performedStationAETitle, text("station")), (.modality, text("modality"))] {
      if let value { identifier.set(tag, value) }
    }
    if let study = text("study") {
      var scheduled = DataSet()
      scheduled.set(.studyInstanceUID, study)
      identifier.set(.scheduledStepAttributesSequence, items: [scheduled])
    }
    let range = try DateText.range(from: text("from"), to: text("to"))
    if !range.isEmpty { identifier.set(.performedProcedureStepStartDate, range) }
    let states = try WorkStateNames.read(text("status").map { $0.split(separator: ",").map(String.init) })
    let page = try await steps.page(
      identifier, in: states, after: try WorkPlace.read(text("after")),
      limit: try request.number("limit", in: 1...PerformedSteps.maximumPage, default: 100), as: principal)
    return try Response.json(
      Page(
        steps: try page.records.map { try Body($0, withAttributes: false) }, next: page.next.map(WorkPlace.written)),
      context: context)
  }

  @Sendable func show(_ request: Request, _ context: WebContext) async throws -> Response {
    let record = try await steps.step(try context.workItem(), as: context.signedIn())
    if request.headers[.accept]?.contains(WorklistRoutes.dicomJSON) == true {
      return Response.dicomJSON(record.attributes)
    }
    return try Response.json(try Body(record, withAttributes: true), context: context)
  }
}
