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
    levelName = dataSet.string(.queryRetrieveLevel) ?? ""
    switch (levelName, model) {
    case ("PATIENT", .patientRoot): level = .patient
    case ("STUDY", _): level = .study
    case ("SERIES", _): level = .series
    case ("IMAGE", _): level = .instance
    default:
      throw ArchiveError(.badRequest, "Query/Retrieve Level (0008,0052) does not fit the information model")
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
      let study = try studyUID(try single(.studyInstanceUID))
      return try uids(.seriesInstanceUID).map { .series(study, try seriesUID($0)) }
    case .instance:
      return [.instances(try uids(.sopInstanceUID).map { try instanceUID($0) })]
    }
  }

  private func uids(_ tag: Tag) throws -> [String] {
    let values = dataSet.strings(tag).filter { !$0.isEmpty }
    guard !values.isEmpty else { throw ArchiveError(.badRequest, "the unique key \(tag) is missing") }
    guard values.count <= Self.maximumUIDs else { throw ArchiveError(.limitExceeded, "\(tag) lists too many UIDs") }
    return values
  }

  private func single(_ tag: Tag) throws -> String {
    let values = try uids(tag)
    guard values.count == 1, let value = values.first else {
      throw ArchiveError(.badRequest, "the unique key \(tag) above the level must have one value")
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
