import ArchiveCore
import ArgumentParser
import DICOM
import DIMSE
import Foundation
import NIOCore

/// For trying things out, and for modalities that do not speak of what they do.
struct PerformedStepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mpps", abstract: "Tell a DICOM node what is performed (Modality Performed Procedure Step).",
    subcommands: [Create.self, Complete.self, Discontinue.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Say that a step begins (N-CREATE), and print its UID.",
      discussion: """
        The worklist item is a file of DICOM JSON, as isocenter worklist --json writes them; its first line counts, and -
        is standard input. Without one the step is work that nobody has scheduled.
        """)

    @OptionGroup var options: PeerOptions
    @Option(name: .long, help: "The worklist item that is performed.")
    var item: String?
    @Option(name: .long, help: "SOP Instance UID of the performed step; made when left out.")
    var uid: String?
    @Option(name: .long, help: "Performed Procedure Step ID; made when left out.")
    var id: String?
    @Option(name: .long, help: "Station AE title. (default: the calling title)")
    var station: String?
    @Option(name: .long, help: "Modality. (default: the item's)")
    var modality: String?
    @Option(name: .long, help: "Study Instance UID of unscheduled work; made when left out.")
    var study: String?

    func run() async throws {
      let environment = ArchiveCore.Environment.system
      let number = UInt64(truncatingIfNeeded: environment.random()) >> 2
      let made = PerformedStepMaking.creation(
        of: try Self.read(item), id: id ?? "PPS" + String(number, radix: 36).uppercased(),
        station: station ?? options.calling.title.rawValue, modality: modality,
        at: PerformedStepMaking.text(of: environment.now()), study: study ?? environment.makeUID())
      let uid = uid ?? environment.makeUID()
      try await PerformedStepCommand.perform(
        NormalizedCommand(
          field: .nCreate, sopClass: .modalityPerformedProcedureStep, sopInstance: UID(rawValue: uid)),
        made, options)
      Output.line(uid)
    }

    private static func read(_ item: String?) throws -> DataSet {
      guard let item else { return DataSet() }
      let data =
        item == "-"
        ? FileHandle.standardInput.readDataToEndOfFile() : try Data(contentsOf: URL(fileURLWithPath: item))
      guard let line = data.split(separator: 0x0A).first, let found = try? DICOMJSON.decodeArray(Array(line)).first
      else { throw CommandFailure("\(item) holds no worklist item in DICOM JSON") }
      return found
    }
  }

  struct Complete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "complete", abstract: "Say that a step is done, and which images were made (N-SET).")

    @OptionGroup var options: PeerOptions
    @Argument(help: "SOP Instance UID of the performed step.")
    var uid: String
    @Argument(help: "Files and folders with the images.")
    var paths: [String]

    func run() async throws { try await PerformedStepCommand.end(uid, as: "COMPLETED", paths, options) }
  }

  struct Discontinue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "discontinue", abstract: "Say that a step was given up, and which images were made (N-SET).")

    @OptionGroup var options: PeerOptions
    @Argument(help: "SOP Instance UID of the performed step.")
    var uid: String
    @Argument(help: "Files and folders with the images, if there are any.")
    var paths: [String] = []

    func run() async throws { try await PerformedStepCommand.end(uid, as: "DISCONTINUED", paths, options) }
  }

  fileprivate static func end(_ uid: String, as status: String, _ paths: [String], _ options: PeerOptions) async throws
  {
    let headers = try paths.flatMap(headers)
    guard status != "COMPLETED" || !headers.isEmpty else { throw CommandFailure("there are no images in these files") }
    let series = PerformedStepMaking.series(of: headers, retrieveFrom: options.peer.title.rawValue)
    try await perform(
      NormalizedCommand(field: .nSet, sopClass: .modalityPerformedProcedureStep, sopInstance: UID(rawValue: uid)),
      PerformedStepMaking.ending(
        as: status, at: PerformedStepMaking.text(of: ArchiveCore.Environment.system.now()), series: series), options)
  }

  /// Headers of the DICOM files among some; others are passed over.
  private static func headers(_ path: String) throws -> [DataSet] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandFailure("there is no file \(path)")
    }
    let names =
      isFolder.boolValue ? (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []) : []
    let files = isFolder.boolValue ? names.sorted().map { "\(path)/\($0)" } : [path]
    return files.compactMap { file in
      guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: file), options: .mappedIfSafe) else { return nil }
      return try? Part10.read(Array(bytes)).dataSet
    }
  }

  private static func perform(
    _ command: NormalizedCommand, _ attributes: DataSet, _ options: PeerOptions
  ) async throws {
    let association = try await options.connect([(command.sopClass, PeerSyntaxes.native.map(\.uid))])
    do {
      guard let context = association.presentationContext(for: command.sopClass) else {
        throw AssociationError.noPresentationContext
      }
      var attributes = attributes
      attributes.transcodeToSmallestCharacterSet()
      let bytes = ByteBuffer(bytes: try DataSetWriter.encode(attributes, in: context.transferSyntax))
      let answer = try await association.perform(command, in: context, attributes: bytes)
      try await association.release()
      guard answer.status.category == .success || answer.status.category == .warning else {
        throw CommandFailure("\(options.peer): the node answered \(answer.status)")
      }
    } catch {
      association.abort()
      throw PeerFailure.failure(error, options.peer, calling: options.calling.title)
    }
  }
}
