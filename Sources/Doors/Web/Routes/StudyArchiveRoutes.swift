import ArchiveCore
import DICOM
import HTTPTypes
import Hummingbird
import NIOCore

/// A study to take away: `/api/v1/studies/{study}/archive`, a ZIP archive with DICOMDIR.
struct StudyArchiveRoutes: Sendable {
  let archive: Archive
  let environment: ArchiveCore.Environment

  func add(to router: some RouterMethods<WebContext>) {
    router.get("studies/{study}/archive", use: download)
  }

  @Sendable func download(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let study = try context.study()
    // Asks the policy and is audited.
    let references = try await archive.instances(.study(study), as: principal)
    let directory = UID(rawValue: "2.25.\(environment.random())")
    let archive = archive
    let body = ResponseBody { writer in
      var output = GatheredOutput()
      var files = ZIPFileSet(instance: directory)
      for reference in references {
        let begun = try await files.begin(try await archive.bytes(of: reference, archive.file(of: reference)))
        try await output.write(begun.head, to: &writer)
        if let held = begun.held {
          for piece in held { try await output.write(piece, to: &writer) }
          continue
        }
        var reading = begun.secondReading
        for try await piece in try await archive.bytes(of: reference, archive.file(of: reference)) {
          try reading.take(piece)
          try await output.write(piece, to: &writer)
        }
        // An error ends the connection: nobody takes what is cut off for a whole archive.
        try reading.end()
      }
      for piece in try files.end() { try await output.write(piece, to: &writer) }
      try await output.flush(to: &writer)
      try await writer.finish(nil)
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: "application/zip", .contentDisposition: "attachment; filename=\"\(study.value).zip\"",
        .cacheControl: "private, no-store",
      ], body: body)
  }
}
