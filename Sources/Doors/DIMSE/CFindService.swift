import ArchiveCore
import DICOM
import DIMSE
import NIOCore

extension DIMSEDoor {
  /// Answers fetched from the catalog at a time.
  static let findPage = 200

  /// C-FIND (PS3.4 §C.4.1): one pending response per match, until the end or C-CANCEL.
  func find(
    _ command: QueryCommand, _ request: DIMSERequest, over association: ServerAssociation,
    as session: AssociationSession
  ) async throws {
    let syntax = request.presentationContext.transferSyntax
    do {
      let identifier = try await RetrieveIdentifier(
        reading: request, model: ServiceContexts.find[command.sopClass] ?? .studyRoot)
      var query = Query(level: identifier.level, identifier: identifier.dataSet, limit: Self.findPage)
      while true {
        let page = try await metrics.searched(query.level) { try await archive.find(query, as: session.principal) }
        for match in page.matches {
          if association.isCancelled(request) {
            try await association.send(request.response(.cancelled))
            return
          }
          let answer = try DataSetWriter.encode(response(to: identifier, with: match), in: syntax)
          try await association.send(request.response(.pending, dataSet: ByteBuffer(bytes: answer)))
        }
        guard page.hasMore, let end = page.end else { break }
        query.after = end
      }
    } catch {
      try await association.send(request.response(DIMSEStatus(querying: error), errorComment: errorComment(error)))
      return
    }
    try await association.send(request.response(.success))
  }

  /// The identifier of a response (PS3.4 §C.4.1.1.3.2): what was asked for, empty where we do not know it.
  private func response(to identifier: RetrieveIdentifier, with match: Match) -> DataSet {
    var answer = DataSet()
    for element in identifier.dataSet {
      if let known = match.attributes[element.tag] {
        answer[element.tag] = known
      } else {
        answer[element.tag] = DataElement(
          tag: element.tag, vr: element.vr, value: element.vr == .sq ? .sequence([]) : .bytes([]))
      }
    }
    // Names and texts are kept in UTF-8.
    answer[.specificCharacterSet] = match.attributes[.specificCharacterSet]
    answer.set(.queryRetrieveLevel, .cs, identifier.levelName)
    answer.set(.retrieveAETitle, .ae, aeTitle.rawValue)
    answer.set(.instanceAvailability, .cs, "ONLINE")
    return answer
  }
}
