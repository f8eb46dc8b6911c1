import ArchiveCore
import DICOM
import DICOMweb
import HTTPTypes
import Hummingbird

/// A request as the services see it: taken apart, decoded, with the principal who asks.
struct DICOMwebRequest: Sendable {
  let request: Request
  let parameters: Parameters
  let principal: Principal
  let query: [QueryParameter]
  let root: ServiceRoot

  init(_ request: Request, _ context: some AuthenticatedContext, _ configuration: DICOMwebConfiguration) throws {
    guard let principal = context.principal else { throw ProblemDetails.unauthenticated }
    self.request = request
    self.principal = principal
    parameters = context.parameters
    query = try QueryParameter.parse(request.uri.query ?? "")
    if let publicRoot = configuration.publicRoot {
      root = ServiceRoot(publicRoot)
    } else {
      let origin = RequestOrigin(
        request.head, isSecure: configuration.isSecure, trustingProxy: configuration.trustsProxy,
        listeningPort: configuration.listeningPort)
      root = ServiceRoot(origin: origin, path: configuration.path)
    }
  }

  /// What the client accepts.
  var accept: AcceptHeader { AcceptHeader(fields: request.headers[values: .accept], query: query) }

  var study: StudyUID {
    get throws { try uid("study") }
  }

  var series: SeriesUID {
    get throws { try uid("series") }
  }

  var instance: InstanceUID {
    get throws { try uid("instance") }
  }

  var studySelection: Selection {
    get throws { .study(try study) }
  }

  var seriesSelection: Selection {
    get throws { .series(try study, try series) }
  }

  var instanceSelection: Selection {
    get throws { .instance(try study, try series, try instance) }
  }

  /// Frame numbers from 0 on.
  var frames: [Int] {
    get throws {
      guard let text = PercentEncoding.decode(parameters.get("frames") ?? "") else {
        throw DICOMwebError(.badRequest, "the frame list is not encoded UTF-8")
      }
      return try FrameList.parse(text)
    }
  }

  /// Which value of the instance the path names behind `bulkdata/`.
  var tagPath: TagPath {
    get throws {
      let text = parameters.getCatchAll().joined(separator: "/")
      guard let decoded = PercentEncoding.decode(text), let path = TagPath(decoded) else {
        throw DICOMwebError(.badRequest, "bulk data is named by tags of eight hexadecimal digits and item numbers")
      }
      return path
    }
  }

  private func uid<UID: ModelUID>(_ name: String) throws -> UID {
    guard let text = PercentEncoding.decode(parameters.get(name) ?? ""), let uid = UID(inAddress: text) else {
      throw DICOMwebError(
        .badRequest, "the \(name) in the path is no UID: numbers between points, at most 64 characters (PS3.5 §9.1)")
    }
    return uid
  }
}
