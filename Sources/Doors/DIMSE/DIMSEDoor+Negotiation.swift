import ArchiveCore
import DICOM
import DIMSE

extension DIMSEDoor {
  /// What we do beyond the base line of queries (PS3.4 §C.5.1.1.1): all but converting multi-frame images.
  static let queryAbilities: QueryNegotiation = [
    .relationalQueries, .combinedDateTimeMatching, .fuzzyNameMatching, .timezoneAdjustment, .emptyValueMatching,
    .multipleValueMatching,
  ]
  /// And of retrievals (PS3.4 §C.5.2.1, §C.5.3.1).
  static let retrieveAbilities: RetrieveNegotiation = [.relationalRetrieval]

  /// Our answers to SOP Class Extended Negotiation: for each query or retrieval class what was asked for and can be done.
  static func answers(to asked: [ExtendedNegotiation]) -> [ExtendedNegotiation] {
    var seen: Set<UID> = []
    return asked.compactMap { item in
      guard seen.insert(item.sopClass).inserted else { return nil }
      let length = item.applicationInformation.count
      let information: [UInt8]
      if ServiceContexts.find[item.sopClass] != nil {
        information = QueryNegotiation(applicationInformation: item.applicationInformation)
          .intersection(queryAbilities).applicationInformation(length: min(length, 7))
      } else if ServiceContexts.move[item.sopClass] != nil || ServiceContexts.get[item.sopClass] != nil {
        information = RetrieveNegotiation(applicationInformation: item.applicationInformation)
          .intersection(retrieveAbilities).applicationInformation(length: min(length, 2))
      } else {
        return nil
      }
      return ExtendedNegotiation(sopClass: item.sopClass, applicationInformation: information)
    }
  }

  /// What an association has agreed on for queries of a class.
  func agreed(forQueries sopClass: UID, over association: ServerAssociation) -> QueryNegotiation {
    QueryNegotiation(
      applicationInformation: association.acceptance.userInformation.extendedNegotiations.information(of: sopClass))
  }

  /// Whether unique keys of upper levels may be left out in a retrieval.
  func isRelational(retrieval sopClass: UID, over association: ServerAssociation, as session: AssociationSession)
    -> Bool
  {
    RetrieveNegotiation(
      applicationInformation: association.acceptance.userInformation.extendedNegotiations.information(of: sopClass)
    ).contains(.relationalRetrieval) || !isStrict(session)
  }

  func isStrict(_ session: AssociationSession) -> Bool { settings.isStrict || session.caller.exchange.isStrict }

  /// The view that is called by a title; `nil` for the archive as a whole.
  func view(called title: AETitle) -> ArchiveView? { settings.views.first { $0.aeTitle == title.rawValue } }

  /// Whether we answer to a title.
  func isOurs(_ title: AETitle) -> Bool { title == aeTitle || view(called: title) != nil }
}
