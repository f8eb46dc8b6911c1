import ArchiveCore
import DICOM
import DIMSE
import NIOCore

/// The identifier of a C-FIND, C-MOVE or C-GET request: level and keys (PS3.4 §C.4.1.1.3, §C.4.2.1.4).
struct RetrieveIdentifier {
  /// The longest identifier read.
  static let maximumLength = 1024 * 1024
  /// The most UIDs a retrieval may list.
  static let maximumUIDs = 100_000

  var level: Query.Level
  var levelName: String
  var dataSet: DataSet
  let model: ServiceContexts.Model

  init(reading request: DIMSERequest, model: ServiceContexts.Model) async throws {
    guard request.hasDataSet else { throw ArchiveError(.badRequest, "the request has no identifier") }
    let bytes = try await request.dataSet.collect(upTo: Self.maximumLength)
    var reader = HeaderReader(dataSetIn: request.presentationContext.transferSyntax)
    do throws(DICOMError) {
      try bytes.withUnsafeReadableBytes { (bytes) throws(DICOMError) in try reader.consume(bytes) }
      dataSet = try reader.finish().dataSet
    } catch {
      throw ArchiveError(.notUnderstood, "the identifier cannot be read: \(error)")
    }
    self.model = model
    levelName = dataSet.string(.queryRetrieveLevel) ?? ""
    guard let known = model.levels.first(where: { [levelName] in $0.name == levelName }) else {
      throw IdentifierRefusal(
        tag: .queryRetrieveLevel, comment: "Query/Retrieve Level (0008,0052) does not fit the information model")
    }
    level = known.level
  }

  /// Makes sure that each level above has its unique key, with one value and no wild card: the hierarchical search of
  /// PS3.4 §C.4.1.2.1, and the retrieval of §C.4.2.2.1.
  func requireUniqueKeysAbove() throws {
    for tag in model.uniqueKeys(above: level) {
      let values = dataSet.strings(tag).filter { !$0.isEmpty }
      guard values.count == 1, let value = values.first, !value.utf8.contains(where: { $0 == 0x2A || $0 == 0x3F })
      else {
        throw IdentifierRefusal(
          tag: tag, comment: "the unique key \(tag) above the level must have one value: relational is not negotiated")
      }
    }
  }

  /// What a retrieval wants, from its unique keys. Lists of UIDs are allowed at the level itself (PS3.4 §C.4.2.2.1).
  func selections(in archive: Archive, as principal: Principal) async throws -> [Selection] {
    switch level {
    case .patient:
      guard let id = dataSet.string(.patientID), !id.isEmpty else {
        throw ArchiveError(.badRequest, "Patient ID (0010,0020) is missing")
      }
      var keys = [MatchingKey(.patientID, .lo, .single(id))]
      if let issuer = dataSet.string(.issuerOfPatientID), !issuer.isEmpty {
        keys.append(MatchingKey(.issuerOfPatientID, .lo, .single(issuer)))
      }
      let found = try await archive.find(Query(level: .study, keys: keys), as: principal)
      // The same number of two authorities is two people: sending both to whoever asked for one would be a mix-up.
      guard Set(found.matches.map { $0.attributes.string(.issuerOfPatientID) ?? "" }).count <= 1 else {
        throw ArchiveError(.badRequest, "several issuers have this Patient ID; name one in (0010,0021)")
      }
      return found.matches.compactMap { $0.study.map(Selection.study) }
    case .study:
      return try uids(.studyInstanceUID).map { .study(try studyUID($0)) }
    case .series:
      let series = try uids(.seriesInstanceUID).map(seriesUID)
      guard dataSet.strings(.studyInstanceUID).allSatisfy(\.isEmpty) else {
        let study = try studyUID(try single(.studyInstanceUID))
        return series.map { .series(study, $0) }
      }
      return try await selections(of: series, in: archive, as: principal)
    case .instance:
      return [.instances(try uids(.sopInstanceUID).map { try instanceUID($0) })]
    }
  }

  /// Series whose studies were not said (relational retrieval, PS3.4 §C.4.2.2.2).
  private func selections(
    of series: [SeriesUID], in archive: Archive, as principal: Principal
  ) async throws -> [Selection] {
    var found: [Selection] = []
    var query = Query(level: .series, keys: [MatchingKey(.seriesInstanceUID, .ui, .uidList(series.map(\.value)))])
    while true {
      let page = try await archive.find(query, as: principal)
      for match in page.matches {
        if let study = match.study, let series = match.series { found.append(.series(study, series)) }
      }
      guard page.hasMore, let end = page.end else { return found }
      query.after = end
    }
  }

  /// Whether an instance is of the study and the series that the identifier names beside it.
  func admits(_ reference: InstanceReference) -> Bool {
    guard level == .instance else { return true }
    func names(_ tag: Tag, _ uid: String) -> Bool {
      let values = dataSet.strings(tag).filter { !$0.isEmpty }
      return values.isEmpty || values.contains(uid)
    }
    return names(.studyInstanceUID, reference.study.value) && names(.seriesInstanceUID, reference.series.value)
  }

  private func uids(_ tag: Tag) throws -> [String] {
    let values = dataSet.strings(tag).filter { !$0.isEmpty }
    guard !values.isEmpty else { throw IdentifierRefusal(tag: tag, comment: "the unique key \(tag) is missing") }
    guard values.count <= Self.maximumUIDs else { throw ArchiveError(.limitExceeded, "\(tag) lists too many UIDs") }
    return values
  }

  private func single(_ tag: Tag) throws -> String {
    let values = try uids(tag)
    guard values.count == 1, let value = values.first else {
      throw IdentifierRefusal(tag: tag, comment: "the unique key \(tag) above the level must have one value")
    }
    return value
  }

  private func studyUID(_ text: String) throws -> StudyUID {
    guard let uid = StudyUID(text) else { throw ArchiveError(.badRequest, "not a Study Instance UID") }
    return uid
  }

  private func seriesUID(_ text: String) throws -> SeriesUID {
    guard let uid = SeriesUID(text) else { throw ArchiveError(.badRequest, "not a Series Instance UID") }
    return uid
  }

  private func instanceUID(_ text: String) throws -> InstanceUID {
    guard let uid = InstanceUID(text) else { throw ArchiveError(.badRequest, "not a SOP Instance UID") }
    return uid
  }
}
