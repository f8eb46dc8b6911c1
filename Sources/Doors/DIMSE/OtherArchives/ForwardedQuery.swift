import ArchiveCore
import DICOM
import DIMSE
import Logging
import NIOCore

/// A query that is put to another archive too: its answers are given behind ours, each under its own Retrieve AE Title.
///
/// What was answered already is left out. An archive that does not answer in time, or says no, costs its answers and nothing
/// else.
struct ForwardedQuery {
  /// Answers taken of one archive.
  static let maximumAnswers = 10_000

  enum Outcome { case answered, cancelled, failed }

  let door: DIMSEDoor
  let node: Node
  let sopClass: UID
  let identifier: RetrieveIdentifier

  func answer(
    _ request: DIMSERequest, over association: ServerAssociation, agreed: QueryNegotiation,
    answered: inout AnsweredIdentities
  ) async throws -> Outcome {
    let asked: (association: ClientAssociation, responses: ResponseStream, syntax: TransferSyntax)
    do {
      asked = try await ask(agreed)
    } catch {
      note(error)
      return .failed
    }
    var outcome = Outcome.failed
    var count = 0
    var responses = asked.responses.makeAsyncIterator()
    while true {
      let response: ResponseStream.Element?
      do {
        response = try await responses.next()
      } catch {
        note(error)
        break
      }
      guard let response, response.status.isPending else {
        outcome = response?.status == .success ? .answered : .failed
        break
      }
      if association.isCancelled(request) {
        outcome = .cancelled
        break
      }
      guard let bytes = response.identifier,
        let match = try? Part10.readDataSet(Array(bytes.readableBytesView), in: asked.syntax)
      else { continue }
      count += 1
      guard count <= Self.maximumAnswers else { break }
      guard answered.note(match) else { continue }
      guard let answer = try? encoded(match, for: request) else { continue }
      do {
        try await association.send(request.response(response.status, dataSet: answer))
      } catch {
        asked.association.abort()
        throw error
      }
    }
    if outcome == .answered { try? await asked.association.release() } else { asked.association.abort() }
    return outcome
  }

  /// The answer as it came, with where it can be retrieved from.
  private func encoded(_ match: DataSet, for request: DIMSERequest) throws -> ByteBuffer {
    var match = match
    if match.string(.retrieveAETitle)?.isEmpty ?? true { match.set(.retrieveAETitle, .ae, node.aeTitle) }
    return ByteBuffer(bytes: try DataSetWriter.encode(match, in: request.presentationContext.transferSyntax))
  }

  private func ask(
    _ agreed: QueryNegotiation
  ) async throws -> (association: ClientAssociation, responses: ResponseStream, syntax: TransferSyntax) {
    let association = try await door.connect(to: node, for: sopClass, agreed.applicationInformation())
    do {
      guard let context = association.presentationContext(for: sopClass) else {
        throw AssociationError.noPresentationContext
      }
      let bytes = try DataSetWriter.encode(identifier.dataSet, in: context.transferSyntax)
      let responses = try await association.cFind(
        QueryCommand(sopClass: sopClass), in: context, identifier: ByteBuffer(bytes: bytes))
      return (association, responses, context.transferSyntax)
    } catch {
      association.abort()
      throw error
    }
  }

  private func note(_ error: any Error) {
    door.logger.warning(
      "an archive that is asked too does not answer",
      metadata: ["archive": "\(node.aeTitle)", "error": "\(type(of: error))"])
  }
}

/// Who was answered already, so that nobody is answered twice when several archives have the same.
struct AnsweredIdentities {
  /// Most identities that are remembered; more answers may come twice.
  static let maximumIdentities = 200_000

  private let tags: [Tag]
  private var known: Set<[String]> = []

  init(level: Query.Level) {
    tags =
      switch level {
      case .patient: [.patientID, .issuerOfPatientID]
      case .study: [.studyInstanceUID]
      case .series: [.seriesInstanceUID]
      case .instance: [.sopInstanceUID]
      }
  }

  /// - Returns: whether it is new, as far as is remembered.
  @discardableResult
  mutating func note(_ attributes: DataSet) -> Bool {
    let identity = tags.map { attributes.string($0) ?? "" }
    guard known.count < Self.maximumIdentities else { return !known.contains(identity) }
    return known.insert(identity).inserted
  }
}
