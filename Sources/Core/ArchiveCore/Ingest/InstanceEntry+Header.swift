import DICOM

extension InstanceEntry {
  /// What the catalog learns from a header and the record that holds the object.
  init(_ identity: InstanceIdentity, header: Header, record: StoredRecord) {
    self.init(
      patient: PatientIdentity(
        dataSet: header.dataSet, study: identity.study, source: record.attributes.source),
      study: identity.study, series: identity.series, instance: identity.instance, sopClass: identity.sopClass,
      header: header.dataSet, record: record,
      frames: header.pixelData.flatMap { location in
        try? FrameIndex(header: header.dataSet, location: location, transferSyntax: header.transferSyntax)
      })
  }
}

extension PatientIdentity {
  /// The issuer that stands for "nobody gave this patient a number": the study is then all we know the person by.
  static let unidentifiedIssuer = "urn:isocenter:unidentified"

  /// The identity an object claims. Without a Patient ID each study is a person of its own: two unidentified emergency
  /// patients must never become one.
  init(dataSet: DataSet, study: StudyUID, source: Source) {
    let id = dataSet.string(.patientID) ?? ""
    guard !id.isEmpty else {
      self.init(issuer: Self.unidentifiedIssuer, id: study.value)
      return
    }
    let issuer = dataSet.string(.issuerOfPatientID) ?? ""
    self.init(issuer: issuer.isEmpty ? source.defaultIssuer : issuer, id: id)
  }
}
