import ArgumentParser
import DICOM
import DIMSE
import NIOCore

struct MoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "move", abstract: "Have a DICOM node send what it has to another one (C-MOVE).",
    discussion: """
      Keys are the unique keys of the level: StudyInstanceUID=…, and SeriesInstanceUID=… or SOPInstanceUID=… below it.
      The node must know the AE title of --to, and where it is. Exit status 1 when an instance did not arrive.
      """)

  @OptionGroup var output: JSONOption
  @OptionGroup var query: QueryOptions
  @OptionGroup var options: PeerOptions
  @Flag(
    name: .customLong("relational"), inversion: .prefixedNo,
    help: "Negotiate relational retrieval: the unique keys above the level may be left out.")
  var isRelational = true
  @Option(name: .long, help: "The AE title that is to receive the instances.")
  var to: AETitleArgument
  @Argument(help: "Keys.")
  var keys: [String]

  func run() async throws {
    let keys = try QueryKeys(keys, level: query.levelName)
    let sopClass = query.model.sopClass(.move)
    let association = try await options.connect(
      [(sopClass, PeerSyntaxes.native.map(\.uid))],
      extended: isRelational ? [ExtendedNegotiation(sopClass: sopClass, applicationInformation: [1])] : [])
    do {
      guard let context = association.presentationContext(for: sopClass) else {
        throw AssociationError.noPresentationContext
      }
      let identifier = ByteBuffer(bytes: try DataSetWriter.encode(keys.dataSet, in: context.transferSyntax))
      let responses = try await association.cMove(
        QueryCommand(sopClass: sopClass), to: to.title, in: context, identifier: identifier)
      let outcome = try await RetrievalOutcome.following(responses, "moving", quiet: output.json)
      try await association.release()
      try outcome.tell(options.peer, json: output.json)
    } catch {
      association.abort()
      throw PeerFailure.failure(error, options.peer, calling: options.calling.title)
    }
  }
}
