import DICOM

/// Which instance an arriving object is, before it is a record.
struct InstanceIdentity {
  var sopClass: UID
  var study: StudyUID
  var series: SeriesUID
  var instance: InstanceUID

  /// - Throws: `ArchiveError` `.missingIdentity` when a UID of the patient–study–series–instance model is absent or
  ///   unusable, `.identityMismatch` when the data set is not the object that was announced.
  init(_ dataSet: DataSet, announced form: IncomingForm) throws(ArchiveError) {
    guard let sopClass = dataSet.uid(.sopClassUID) else {
      throw ArchiveError(.missingIdentity, "no SOP Class UID (0008,0016)")
    }
    guard let instance = dataSet.string(.sopInstanceUID).flatMap(InstanceUID.init) else {
      throw ArchiveError(.missingIdentity, "no usable SOP Instance UID (0008,0018)")
    }
    guard let study = dataSet.string(.studyInstanceUID).flatMap(StudyUID.init) else {
      throw ArchiveError(.missingIdentity, "no usable Study Instance UID (0020,000D) in \(instance)")
    }
    guard let series = dataSet.string(.seriesInstanceUID).flatMap(SeriesUID.init) else {
      throw ArchiveError(.missingIdentity, "no usable Series Instance UID (0020,000E) in \(instance)")
    }
    if case .dataSet(_, let announcedClass, let announcedInstance, _) = form {
      guard announcedInstance == instance.value else {
        throw ArchiveError(.identityMismatch, "announced as \(announcedInstance), but it is \(instance)")
      }
      guard announcedClass == sopClass.rawValue else {
        throw ArchiveError(.identityMismatch, "announced as SOP Class \(announcedClass), but it is \(sopClass)")
      }
    }
    self.sopClass = sopClass
    self.study = study
    self.series = series
    self.instance = instance
  }
}
