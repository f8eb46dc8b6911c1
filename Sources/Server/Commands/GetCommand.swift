import ArgumentParser
import DICOM
import DIMSE
import Foundation
import NIOCore

struct GetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Fetch instances from a DICOM node into files (C-GET).",
    discussion: """
      Keys are the unique keys of the level: StudyInstanceUID=…, and SeriesInstanceUID=… or SOPInstanceUID=… below it.
      Files are named by their SOP Instance UIDs. Exit status 1 when an instance did not arrive.
      """)

  @OptionGroup var output: JSONOption
  @OptionGroup var query: QueryOptions
  @OptionGroup var options: PeerOptions
  @Flag(
    name: .customLong("relational"), inversion: .prefixedNo,
    help: "Negotiate relational retrieval: the unique keys above the level may be left out.")
  var isRelational = true
  @Option(name: .long, help: "The folder that files are written to; it is made if need be.")
  var into = "."
  @Flag(name: .long, help: "Ask for uncompressed pixel data.")
  var uncompressed = false
  @Option(name: .long, parsing: .singleValue, help: "Also take this SOP class, by its UID.")
  var sopClass: [String] = []
  @Argument(help: "Keys.")
  var keys: [String]

  func run() async throws {
    let keys = try QueryKeys(keys, level: query.levelName)
    let model = query.model.sopClass(.get)
    let contexts = PeerSyntaxes.storage(
      uncompressed: uncompressed, beside: 1, and: sopClass.map { UID(rawValue: $0) })
    let association = try await options.connect(
      [(model, PeerSyntaxes.native.map(\.uid))] + contexts,
      roles: contexts.map { RoleSelection(sopClass: $0.abstractSyntax, isSCU: false, isSCP: true) },
      extended: isRelational ? [ExtendedNegotiation(sopClass: model, applicationInformation: [1])] : [])
    do {
      let folder = try ReceivedFiles(folder: into)
      guard let context = association.presentationContext(for: model) else {
        throw AssociationError.noPresentationContext
      }
      let identifier = ByteBuffer(bytes: try DataSetWriter.encode(keys.dataSet, in: context.transferSyntax))
      let title = options.peer.title.rawValue
      let responses = try await association.cGet(
        QueryCommand(sopClass: model), in: context, identifier: identifier
      ) { request in
        try await folder.take(request, from: title)
      }
      let outcome = try await RetrievalOutcome.following(responses, "fetching", quiet: output.json)
      try await association.release()
      try outcome.tell(options.peer, json: output.json)
    } catch {
      association.abort()
      throw PeerFailure.failure(error, options.peer, calling: options.calling.title)
    }
  }
}
