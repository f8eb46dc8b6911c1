public import ArchiveCore
import DICOMweb
import HTTPTypes
public import Hummingbird

/// The DICOMweb service (PS3.18 §10): studies in by STOW-RS, found by QIDO-RS, out by WADO-RS.
///
/// A route takes a request apart, asks the archive as the caller's principal, and puts the answer together.
public struct DICOMwebDoor: Sendable {
  /// A field of store responses of ours: how many of the instances were here already with the same content. To the
  /// standard that is a success like any other.
  public static let alreadyStoredField = "Isocenter-Already-Stored"

  let archive: Archive
  let configuration: DICOMwebConfiguration
  let environment: ArchiveCore.Environment
  let metrics = DoorMetrics(door: "dicomweb")
  let continuations: SearchContinuations
  /// Who decodes frames and transcodes instances.
  let transcoder: InstanceTranscoder

  /// - Parameter transcoder: in this process and without a cache that others share, when left out.
  public init(
    _ archive: Archive, _ configuration: DICOMwebConfiguration = .init(),
    environment: ArchiveCore.Environment = .system, transcoder: InstanceTranscoder? = nil
  ) {
    self.transcoder = transcoder ?? InstanceTranscoder(archive: archive)
    self.archive = archive
    self.configuration = configuration
    self.environment = environment
    continuations = SearchContinuations(environment)
  }

  /// A resource, a method and what answers it.
  struct Route: Sendable {
    var method: HTTPRequest.Method
    var path: String
    var answer: @Sendable (DICOMwebRequest) async throws -> Response

    init(
      _ method: HTTPRequest.Method, _ path: String,
      _ answer: @escaping @Sendable (DICOMwebRequest) async throws -> Response
    ) {
      self.method = method
      self.path = path
      self.answer = answer
    }
  }

  /// Adds the door's routes below its path. Authentication is middleware of the router, before this; it must let
  /// OPTIONS requests pass, which browsers send without credentials (Fetch §3.3.6).
  public func addRoutes<Context: AuthenticatedContext>(to router: some RouterMethods<Context>) {
    let group = router.group(RouterPath(configuration.path))
      .add(middleware: CrossOriginMiddleware<Context>(allowedOrigins: configuration.allowedOrigins))
      .add(middleware: DICOMwebProblemMiddleware<Context>())
    let routes = routes
    for route in routes {
      group.on(RouterPath(route.path), method: route.method) { request, context in
        try await route.answer(DICOMwebRequest(request, context, configuration))
      }
    }
    for path in Set(routes.map(\.path)) {
      let methods = Set(routes.filter { $0.path == path }.map(\.method.rawValue)).union(["OPTIONS"])
      group.on(RouterPath(path), method: .options) { _, _ in
        var response = Response(status: .noContent, headers: [.allow: methods.sorted().joined(separator: ", ")])
        response.headers[.contentLength] = nil
        return response
      }
    }
  }

  /// The resources of the Studies Service (PS3.18 Table 10.1.2-1).
  var routes: [Route] {
    let study = "studies/:study"
    let series = "\(study)/series/:series"
    let instance = "\(series)/instances/:instance"
    return [
      Route(.post, "studies") { try await store($0, into: nil) },
      Route(.post, study) { try await store($0, into: $0.study) },

      Route(.get, "studies") { try await search(SearchResource(.study), $0) },
      Route(.get, "series") { try await search(SearchResource(.series), $0) },
      Route(.get, "instances") { try await search(SearchResource(.instance), $0) },
      Route(.get, "\(study)/series") { try await search(SearchResource(.series, within: .study), $0) },
      Route(.get, "\(study)/instances") { try await search(SearchResource(.instance, within: .study), $0) },
      Route(.get, "\(series)/instances") { try await search(SearchResource(.instance, within: .series), $0) },

      Route(.get, study) { try await retrieve($0.studySelection, $0) },
      Route(.get, series) { try await retrieve($0.seriesSelection, $0) },
      Route(.get, instance) { try await retrieve($0.instanceSelection, $0) },
      Route(.get, "\(study)/metadata") { try await retrieveMetadata($0.studySelection, $0) },
      Route(.get, "\(series)/metadata") { try await retrieveMetadata($0.seriesSelection, $0) },
      Route(.get, "\(instance)/metadata") { try await retrieveMetadata($0.instanceSelection, $0) },
      Route(.get, "\(instance)/frames/:frames") { try await retrieveFrames($0) },
      Route(.get, "\(instance)/bulkdata/**") { try await retrieveBulkData($0) },

      Route(.get, "\(instance)/rendered") { try await renderInstance($0) },
      Route(.get, "\(instance)/frames/:frames/rendered") { try await renderFrame($0) },
      Route(.get, "\(study)/thumbnail") { try await renderThumbnail($0.studySelection, $0) },
      Route(.get, "\(series)/thumbnail") { try await renderThumbnail($0.seriesSelection, $0) },
      Route(.get, "\(instance)/thumbnail") { try await renderThumbnail($0.instanceSelection, $0) },

      Route(.delete, study) { try await delete($0.studySelection, $0) },
      Route(.delete, series) { try await delete($0.seriesSelection, $0) },
      Route(.delete, instance) { try await delete($0.instanceSelection, $0) },
    ]
  }
}
