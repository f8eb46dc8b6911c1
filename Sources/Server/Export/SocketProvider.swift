import ArchiveCore
import AsyncHTTPClient
import DICOM
import Foundation
import NIOCore
import NIOHTTP1

/// Exports from the running server, by QIDO-RS and WADO-RS (PS3.18 §10.4, §10.6).
struct SocketProvider: ObjectProvider {
  let server: ControlClient
  let study: StudyUID?

  /// Instances asked for at a time.
  static let page = 1000

  func instances() async throws -> [ExportedInstance] {
    let root = study.map { "/dicom-web/studies/\($0)/instances" } ?? "/dicom-web/instances"
    var found: [ExportedInstance] = []
    while true {
      let answer = try await server.request(
        .GET, "\(root)?limit=\(Self.page)&offset=\(found.count)", accept: "application/dicom+json")
      if answer.status.code == 204 || answer.body.readableBytes == 0 { return found }
      guard answer.status.code == 200 else {
        throw CommandFailure("the server answered \(answer.status.code): \(answer.text)")
      }
      let rows = try JSONDecoder().decode([Row].self, from: Data(answer.body.readableBytesView))
      for row in rows {
        guard let instance = row.instance else {
          throw CommandFailure("the server listed an instance without its UIDs")
        }
        found.append(instance)
      }
      guard rows.count == Self.page else { return found }
    }
  }

  func bytes(of instance: ExportedInstance) async throws -> HTTPClientResponse.Body {
    let path = "/dicom-web/studies/\(instance.study)/series/\(instance.series)/instances/\(instance.instance)"
    let response = try await server.open(.GET, path, accept: "application/dicom; transfer-syntax=*")
    guard response.status == .ok else {
      throw CommandFailure("the server answered \(response.status.code) for \(instance.instance)")
    }
    return response.body
  }

  /// What is needed of one QIDO-RS result (PS3.18 §F.2).
  private struct Row: Decodable {
    struct Attribute: Decodable {
      var value: [String]?
      enum CodingKeys: String, CodingKey { case value = "Value" }
    }

    var study: Attribute?
    var series: Attribute?
    var sopInstance: Attribute?

    enum CodingKeys: String, CodingKey {
      case study = "0020000D"
      case series = "0020000E"
      case sopInstance = "00080018"
    }

    var instance: ExportedInstance? {
      guard let study = study?.value?.first.flatMap({ StudyUID($0) }),
        let series = series?.value?.first.flatMap({ SeriesUID($0) }),
        let instance = sopInstance?.value?.first.flatMap({ InstanceUID($0) })
      else { return nil }
      return ExportedInstance(study: study, series: series, instance: instance, length: nil, digest: nil)
    }
  }
}
