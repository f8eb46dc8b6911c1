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
    var comment: String?
    do {
      let identifier = try await RetrieveIdentifier(
        reading: request, model: ServiceContexts.find[command.sopClass] ?? .studyRoot)
      let agreed = agreed(forQueries: command.sopClass, over: association)
      if isStrict(session), !agreed.contains(.relationalQueries) { try identifier.requireUniqueKeysAbove() }
      var query = identifier.query(agreed, limit: Self.findPage)
      if agreed.contains(.timezoneAdjustment), let offset = TimeZoneAdjustment.minutes(of: identifier.dataSet) {
        query.zone = TimeZoneAdjustment(offsetMinutes: offset, local: settings.zone(session.caller.site))
      }
      var answered = AnsweredIdentities(level: identifier.level)
      let others = try await archivesAskedToo(for: session, over: association, to: .search)
      let status = identifier.pendingStatus
      while true {
        let page = try await metrics.searched(query.level) { try await archive.find(query, as: session.principal) }
        for match in page.matches {
          if association.isCancelled(request) {
            try await association.send(request.response(.cancelled))
            return
          }
          if !others.isEmpty { answered.note(match.attributes) }
          let answer = try DataSetWriter.encode(
            response(to: identifier, with: match, inZone: query.zone != nil, as: session),
            in: request.presentationContext.transferSyntax)
          try await association.send(request.response(status, dataSet: ByteBuffer(bytes: answer)))
        }
        guard page.hasMore, let end = page.end else { break }
        query.after = end
      }
      for node in others {
        let forwarded = ForwardedQuery(door: self, node: node, sopClass: command.sopClass, identifier: identifier)
        switch try await forwarded.answer(request, over: association, agreed: agreed, answered: &answered) {
        case .answered: continue
        case .cancelled:
          try await association.send(request.response(.cancelled))
          return
        case .failed: comment = "\(node.aeTitle) was asked too and did not answer all"
        }
      }
    } catch {
      try await association.send(request.refusal(DIMSEStatus(querying: error), because: error))
      return
    }
    try await association.send(request.response(.success, errorComment: comment))
  }

  /// The identifier of a response (PS3.4 §C.4.1.1.3.2): what was asked for, empty where there is nothing; optional keys that
  /// we do not support are not in it (§C.2.2.1.3).
  private func response(
    to identifier: RetrieveIdentifier, with match: Match, inZone: Bool, as session: AssociationSession
  ) -> DataSet {
    var answer = DataSet()
    for element in identifier.dataSet where identifier.isSupported(element.tag) {
      if let known = match.attributes[element.tag] {
        answer[element.tag] = known
      } else {
        answer[element.tag] = DataElement(
          tag: element.tag, vr: element.vr, value: element.vr == .sq ? .sequence([]) : .bytes([]))
      }
    }
    // Names and texts are kept in UTF-8.
    answer[.specificCharacterSet] = match.attributes[.specificCharacterSet]
    if inZone { answer[.timezoneOffsetFromUTC] = match.attributes[.timezoneOffsetFromUTC] }
    answer.set(.queryRetrieveLevel, .cs, identifier.levelName)
    answer.set(.retrieveAETitle, .ae, session.ownAETitle)
    answer.set(.instanceAvailability, .cs, "ONLINE")
    return answer
  }
}

extension RetrieveIdentifier {
  /// The query it is, as far as the core asks.
  func query(_ agreed: QueryNegotiation, limit: Int) -> Query {
    let options = MatchingOptions(
      combinesDateAndTime: agreed.contains(.combinedDateTimeMatching), isFuzzy: agreed.contains(.fuzzyNameMatching),
      matchesEmptyValues: agreed.contains(.emptyValueMatching))
    return Query(level: level, identifier: dataSet, options: options, limit: limit)
  }

  /// Whether an attribute of the identifier is one we can match and return at its level.
  func isSupported(_ tag: Tag) -> Bool {
    LevelAttributes.steering.contains(tag) || LevelAttributes.isKnown(tag, at: level)
  }

  /// FF01 when optional keys are not supported for existence or matching (PS3.4 Table C.4-1).
  var pendingStatus: DIMSEStatus {
    dataSet.allSatisfy { isSupported($0.tag) || $0.tag.isGroupLength } ? .pending : .pendingWithUnsupportedKeys
  }
}
