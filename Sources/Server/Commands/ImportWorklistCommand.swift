import ArchiveCore
import ArgumentParser
import AsyncHTTPClient
import DICOM
import EmbeddedStore
import Foundation
import NIOHTTP1
import Workflow

struct ImportWorklistCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import-worklist", abstract: "Put worklist items from files on the worklist.",
    discussion: """
      Files are Part 10 files or raw data sets, as wlmscpfs uses them (.wl), or DICOM JSON (.json). Of folders the files
      with these endings and .dcm are taken. An item that is there already, by Study Instance UID and Scheduled Procedure
      Step ID, is replaced. Through the server when one runs on the data directory, directly otherwise.
      Exit status 1 when an item was refused.
      """)

  /// Bytes of a file at most.
  private static let maximumLength = 1024 * 1024
  /// Files of one import at most.
  private static let maximumFiles = 100_000
  private static let endings: Set<String> = ["wl", "dcm", "json"]

  @OptionGroup var directory: DataOption
  @OptionGroup var output: JSONOption
  @Option(name: .long, help: "The site the steps belong to. (default: main)")
  var site = SiteID.main.value
  @Argument(help: "Files and folders.")
  var paths: [String]

  struct Summary: Codable, Sendable {
    struct Refusal: Codable, Sendable {
      var file: String
      var reason: String
    }

    var added = 0
    var replaced = 0
    var refused: [Refusal] = []
  }

  /// Puts an item on the worklist; whether it is new.
  private typealias Put = (DataSet) async throws -> Bool

  func run() async throws {
    let files = try Self.files(paths)
    let summary: Summary
    if let server = await ControlClient.connect(to: directory.data) {
      let site = site.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? site
      summary = await take(files) { item in
        let answer = try await server.request(
          .POST, "/api/v1/worklist?replace=true&site=\(site)", contentType: "application/dicom+json",
          body: .bytes(DICOMJSON.encode(item)))
        guard (200..<300).contains(answer.status.code) else {
          throw CommandFailure("the server answered \(answer.status.code): \(answer.text)")
        }
        return answer.status == .created
      }
    } else {
      var configuration = Configuration()
      configuration.data = directory.data
      let opened = try await OpenArchive.open(configuration)
      let worklist = Worklist(
        store: EmbeddedWorkflowStore(sharing: opened.catalog), archive: opened.archive,
        environment: opened.environment)
      summary = await take(files) { item in
        try await worklist.put(item, at: SiteID(site), as: .system("import-worklist")).isNew
      }
      try await opened.close()
    }
    if output.json {
      try Output.json(summary)
    } else {
      for refusal in summary.refused { Terminal.say("\(refusal.file): \(refusal.reason)") }
      Output.line("\(summary.added) added, \(summary.replaced) there already, \(summary.refused.count) refused")
    }
    if !summary.refused.isEmpty { throw ExitCode(1) }
  }

  private func take(_ files: [String], _ put: Put) async -> Summary {
    var summary = Summary()
    for file in files {
      do {
        for item in try Self.items(of: file) {
          if try await put(item) { summary.added += 1 } else { summary.replaced += 1 }
        }
      } catch let error as ArchiveError {
        summary.refused.append(Summary.Refusal(file: file, reason: error.message))
      } catch {
        summary.refused.append(Summary.Refusal(file: file, reason: "\(error)"))
      }
    }
    return summary
  }

  private static func items(of file: String) throws -> [DataSet] {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
    defer { try? handle.close() }
    let bytes = Array(try handle.read(upToCount: maximumLength + 1) ?? Data())
    guard bytes.count <= maximumLength else {
      throw CommandFailure("a worklist item has at most \(maximumLength) bytes")
    }
    if let first = bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }), first == 0x5B || first == 0x7B {
      return try DICOMJSON.decodeArray(bytes)
    }
    return [try Part10.read(bytes).dataSet]
  }

  private static func files(_ paths: [String]) throws -> [String] {
    var found: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw CommandFailure("there is no file \(path)")
      }
      guard isFolder.boolValue else {
        found.append(path)
        continue
      }
      let names = (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? [])
        .filter { endings.contains(($0 as NSString).pathExtension.lowercased()) }
      found += names.sorted().map { "\(path)/\($0)" }
    }
    guard found.count <= maximumFiles else { throw CommandFailure("these are more than \(maximumFiles) files") }
    return found
  }
}
