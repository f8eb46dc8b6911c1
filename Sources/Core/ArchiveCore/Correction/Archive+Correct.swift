public import DICOM

extension Archive {
  /// Characters of a reason.
  public static let maximumReasonLength = 256
  /// Corrections of one study, the undone ones too: a study corrected more often has another trouble.
  public static let maximumCorrections = 1000

  /// Corrects attributes of a study and its patient: what is found and given back says so from now on, what is stored
  /// stays as it came.
  ///
  /// Another Patient ID (or issuer of it) moves the study to that patient: known, then the study takes the patient's
  /// demographics along unless others are given; unknown, then the patient comes to be.
  ///
  /// - Parameter values: attributes of `CorrectableAttributes`; an empty value means that there is none.
  /// - Throws: `ArchiveError` `.badRequest` for values that cannot be, `.forbidden` when the study is also another
  ///   site's, `.notFound` when there is none for the principal.
  public func correct(
    _ study: StudyUID, _ values: DataSet, as principal: Principal, reason: String
  ) async throws -> Correction {
    var values = try CorrectableAttributes.validated(values)
    let present = try await correctable(study, as: principal)
    try await takeAlong(&values, from: present, within: parts.policy.scope(of: principal))
    return try await decide(.set(values), on: study, as: principal, reason: reason)
  }

  /// Undoes a correction of a study, which may itself be an undoing.
  ///
  /// - Throws: as `correct`; `.notFound` when the study has no such correction.
  public func undo(
    _ correction: CorrectionID, of study: StudyUID, as principal: Principal, reason: String
  ) async throws -> Correction {
    _ = try await correctable(study, as: principal)
    let history = try await parts.catalog.corrections(of: study)
    guard history.standing.contains(where: { $0.id == correction }) else {
      throw ArchiveError(.notFound, "the study has no such correction that holds")
    }
    return try await decide(.undo(correction), on: study, as: principal, reason: reason)
  }

  /// The corrections of a study in order of time, the undone ones too.
  public func corrections(of study: StudyUID, as principal: Principal) async throws -> [Correction] {
    try await require(.retrieve, of: principal, object: study.value)
    guard try await self.study(study, within: parts.policy.scope(of: principal)) != nil else {
      throw ArchiveError(.notFound, "there is no such study")
    }
    try await parts.audit.noteRead(.retrieve, by: principal, object: study.value, count: 1)
    return try await parts.catalog.corrections(of: study)
  }

  // MARK: Deciding

  /// The study's attributes as they are believed now.
  private func correctable(_ study: StudyUID, as principal: Principal) async throws -> DataSet {
    try await require(.correct, of: principal, object: study.value)
    let sites = parts.policy.scope(of: principal)
    guard let present = try await self.study(study, within: sites) else {
      throw ArchiveError(.notFound, "there is no such study")
    }
    guard try await parts.catalog.sites(of: [study]).allSatisfy(sites.includes) else {
      throw ArchiveError(.forbidden, "the study belongs to other sites too")
    }
    return present
  }

  private func study(_ study: StudyUID, within sites: Principal.Sites) async throws -> DataSet? {
    let key = MatchingKey(.studyInstanceUID, .ui, .uidList([study.value]))
    return try await parts.catalog.find(Query(level: .study, keys: [key], limit: 1), within: sites)
      .matches.first?.attributes
  }

  /// The decision is in the ledger before the catalog hears of it, so that a rebuild believes alike.
  private func decide(
    _ action: Correction.Action, on study: StudyUID, as principal: Principal, reason: String
  ) async throws -> Correction {
    guard reason.count <= Self.maximumReasonLength else {
      throw ArchiveError(.badRequest, "a reason has at most \(Self.maximumReasonLength) characters")
    }
    guard try await parts.catalog.corrections(of: study).count < Self.maximumCorrections else {
      throw ArchiveError(.limitExceeded, "a study has at most \(Self.maximumCorrections) corrections")
    }
    let correction = Correction(
      id: CorrectionID(bits: parts.environment.random()), study: study, action: action, at: parts.environment.now(),
      principalKind: principal.kind, principalName: principal.name, reason: reason)
    try await parts.blobs.appendToLedger(
      LedgerEntry(
        decision: .correct(correction.id, study, action), records: [], at: correction.at,
        principalKind: principal.kind, principalName: principal.name, reason: reason))
    _ = try await parts.catalog.commit([.correct(correction)])
    return correction
  }

  /// A study that moves to another patient says of that patient what is known, or else what it said before.
  private func takeAlong(
    _ values: inout DataSet, from present: DataSet, within sites: Principal.Sites
  ) async throws {
    let was = [Tag.patientID, .issuerOfPatientID].map { present.utf8(at: $0) }
    let wanted = [Tag.patientID, .issuerOfPatientID].enumerated().map { values.utf8(at: $1) ?? was[$0] }
    guard wanted != was, let id = wanted[0], let issuer = wanted[1], !issuer.isEmpty else { return }
    guard issuer != PatientIdentity.unidentifiedIssuer else {
      throw ArchiveError(.badRequest, "the study has no Patient ID yet: name its issuer too, (0010,0021)")
    }
    let query = Query(
      level: .patient,
      keys: [MatchingKey(.patientID, .lo, .single(id)), MatchingKey(.issuerOfPatientID, .lo, .single(issuer))],
      limit: 1)
    let known = try await parts.catalog.find(query, within: sites).matches.first?.attributes
    for tag in CorrectableAttributes.demographics where values[tag] == nil {
      values.set((known ?? present)[tag] ?? DataElement(tag: tag, vr: DataDictionary.vr(tag) ?? .lo, value: .empty))
    }
  }
}

extension DataSet {
  /// The value of a catalog's attribute, which is UTF-8.
  fileprivate func utf8(at tag: Tag) -> String? { self[tag]?.bytes.map { String(decoding: $0, as: UTF8.self) } }
}
