import DICOM
import Foundation
import TestKit
import Testing

@Suite("The codecs of a server", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct CodecFiguresTests {
  @Test("are counted in the metrics, with what was answered from memory, and nothing of a patient")
  func metrics() async throws {
    let folder = try TemporaryFolder()
    let object = SmallObject()
    let input = try folder.write(try object.file(), as: "image.dcm")
    let made = try await ServerProcess.command(
      ["transcode", "--to", "jpeg-ls", input, "\(folder.path)/coded.dcm"])
    #expect(made.status == 0, "\(made.errors)")
    let server = try await ServerProcess.start(.open)
    let web = Web(server)
    #expect(try await web.store([try folder.contents(of: "coded.dcm")]).status == 200)
    let path = "/dicom-web/studies/\(object.study)/series/\(object.series)/instances/\(object.instance)"
    for _ in 1...2 {
      #expect(try await web.get("\(path)/frames/1", accept: "application/octet-stream").status == 200)
      #expect(try await web.get(path, accept: "application/dicom").status == 200)
    }
    let text = String(decoding: try await web.get("/metrics", accept: "text/plain").body, as: UTF8.self)
    let lines = text.split(separator: "\n").map(String.init)
    let syntax = TransferSyntax.jpegLSLossless.uid.rawValue
    let decoded = lines.first { $0.hasPrefix("isocenter_codec_requests_total{") && $0.contains(syntax) }
    #expect(decoded?.hasSuffix(" 2") == true, "\(decoded ?? "none")")
    #expect(decoded?.contains(#"outcome="done""#) == true)
    #expect(lines.contains { $0.hasPrefix("isocenter_codec_request_duration_seconds_count{") })
    for cache in ["frames", "pixels"] {
      for outcome in ["hit", "miss"] {
        let line = lines.first {
          $0.hasPrefix("isocenter_derived_cache_requests_total{") && $0.contains("\"\(cache)\"")
            && $0.contains("\"\(outcome)\"")
        }
        #expect(line?.hasSuffix(" 1") == true, "\(cache), \(outcome): \(line ?? "none")")
      }
    }
    for name in ["isocenter_codec_workers", "isocenter_codec_workers_busy", "isocenter_codec_waiting"] {
      #expect(lines.contains { $0.hasPrefix("\(name) ") }, "\(name)")
    }
    #expect(!text.contains("Doe") && !text.contains(object.instance))
    #expect(await server.stop() == 0)
  }
}
