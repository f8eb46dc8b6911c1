/// A DICOMDIR in the making: the Basic Directory of a file-set (PS3.3 Annex F), for the General Purpose profiles
/// (PS3.11 Annex D).
///
/// What an instance lacks and its record must have is made up as DCMTK does: numbers are counted, dates are in 1900.
public struct MediaDirectory: Sendable {
  /// Longest DICOMDIR: its offsets have 32 bits.
  static let maximumLength = UInt64(UInt32.max)

  private struct Series: Sendable {
    var record: DataSet
    var instances: [DataSet] = []
  }

  private struct Study: Sendable {
    var record: DataSet
    var series: [Series] = []
    var known: [String: Int] = [:]
  }

  private struct Patient: Sendable {
    var record: DataSet
    var studies: [Int] = []
  }

  private var patients: [Patient] = []
  private var studies: [Study] = []
  private var knownPatients: [PatientKey: Int] = [:]
  private var knownStudies: [String: Int] = [:]
  private let instance: UID

  private struct PatientKey: Hashable, Sendable {
    var id: String
    var issuer: String
  }

  /// - Parameter instance: SOP Instance UID of the DICOMDIR.
  public init(instance: UID) {
    self.instance = instance
  }

  /// Instances so far.
  public private(set) var count = 0

  /// Adds an instance and says where it belongs.
  ///
  /// - Throws: `.missingAttribute` without the UIDs that say what it is; `.valueTooLong` when there are too many.
  public mutating func add(_ header: Header) throws(DICOMError) -> FileID {
    let set = header.dataSet
    guard let sopClass = set.uid(.sopClassUID), let sopInstance = set.uid(.sopInstanceUID),
      let studyUID = set.uid(.studyInstanceUID), let seriesUID = set.uid(.seriesInstanceUID)
    else { throw DICOMError(.missingAttribute, detail: "SOP Class, SOP Instance, Study or Series Instance UID") }
    let study = knownStudies[studyUID.rawValue] ?? begin(studyUID, set)
    let series: Int
    if let known = studies[study].known[seriesUID.rawValue] {
      series = known
    } else {
      series = studies[study].series.count
      studies[study].known[seriesUID.rawValue] = series
      studies[study].series.append(Series(record: Self.seriesRecord(seriesUID, set, number: series + 1)))
    }
    let position = studies[study].series[series].instances.count
    guard let file = FileID(study: study, series: series, instance: position) else {
      throw DICOMError(.valueTooLong, detail: "more instances than File IDs")
    }
    var record = Self.instanceRecord(DirectoryRecordType.of(sopClass), set, number: position + 1)
    record.set(.referencedFileID, .cs, strings: file.components)
    record.set(.referencedSOPClassUIDInFile, sopClass)
    record.set(.referencedSOPInstanceUIDInFile, sopInstance)
    record.set(.referencedTransferSyntaxUIDInFile, header.transferSyntax.uid)
    studies[study].series[series].instances.append(record)
    count += 1
    return file
  }

  /// The DICOMDIR file.
  ///
  /// - Throws: `.valueTooLong` beyond 4 GiB.
  public func encode() throws(DICOMError) -> [UInt8] {
    let meta = FileMeta.encode(
      sopClass: .mediaStorageDirectoryStorage, sopInstance: instance, transferSyntax: .explicitVRLittleEndian)
    var head = DataSet()
    head.set(.fileSetID, .cs, "ISOCENTER")
    head.set(.offsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity, .ul, 0)
    head.set(.offsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity, .ul, 0)
    head.set(.fileSetConsistencyFlag, .us, 0)
    var file = meta + (try DataSetWriter.encode(head, in: .explicitVRLittleEndian))
    // Behind (0004,1200) stand its own value, the eight bytes before that of (0004,1202), and that of (0004,1212).
    let rootOffsets = file.count - 10 - 4 - 12
    let sequence = file.count
    file += Tag.directoryRecordSequence.attributeTagBytes + Array("SQ".utf8) + [0, 0, 0, 0, 0, 0]
    let ends = try append(patients.map { .patient($0) }, to: &file)
    guard UInt64(file.count) <= Self.maximumLength else {
      throw DICOMError(.valueTooLong, detail: "a DICOMDIR of \(file.count) bytes")
    }
    Self.patch(&file, at: rootOffsets, with: ends.first)
    Self.patch(&file, at: rootOffsets + 12, with: ends.last)
    Self.patch(&file, at: sequence + 8, with: file.count - sequence - 12)
    return file
  }

  // MARK: Encoding

  private enum Node {
    case patient(Patient)
    case study(Study)
    case series(Series)
    case instance(DataSet)
  }

  /// Appends records with everything below them.
  ///
  /// - Returns: offsets of the first and the last of them; 0 when there are none.
  private func append(_ nodes: [Node], to file: inout [UInt8]) throws(DICOMError) -> (first: Int, last: Int) {
    var first = 0
    var last = 0
    for node in nodes {
      let offset = file.count
      if first == 0 { first = offset }
      // Value of Offset of the Next Directory Record of the one before.
      if last > 0 { Self.patch(&file, at: last + 16, with: offset) }
      last = offset
      let (record, children): (DataSet, [Node]) =
        switch node {
        case .patient(let patient): (patient.record, patient.studies.map { .study(studies[$0]) })
        case .study(let study): (study.record, study.series.map { .series($0) })
        case .series(let series): (series.record, series.instances.map { .instance($0) })
        case .instance(let record): (record, [])
        }
      let bytes = try DataSetWriter.encode(record, in: .explicitVRLittleEndian)
      file += Tag.item.attributeTagBytes + [0, 0, 0, 0]
      Self.patch(&file, at: offset + 4, with: bytes.count)
      file += bytes
      let below = try append(children, to: &file)
      Self.patch(&file, at: offset + 38, with: below.first)
    }
    return (first, last)
  }

  private static func patch(_ file: inout [UInt8], at position: Int, with value: Int) {
    for byte in 0..<4 { file[position + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
  }

  // MARK: Records

  private mutating func begin(_ uid: UID, _ set: DataSet) -> Int {
    let study = studies.count
    // Without a Patient ID each study is a person of its own.
    let id = set.string(.patientID) ?? ""
    let key = PatientKey(id: id.isEmpty ? uid.rawValue : id, issuer: set.string(.issuerOfPatientID) ?? "")
    let patient: Int
    if let known = knownPatients[key] {
      patient = known
    } else {
      patient = patients.count
      knownPatients[key] = patient
      var record = Self.record("PATIENT", set)
      record.take(.patientName, from: set)
      record.take(.patientID, from: set, otherwise: "UNKNOWN\(patient + 1)")
      for tag in [Tag.issuerOfPatientID, .patientBirthDate, .patientSex] { record.takeIfThere(tag, from: set) }
      patients.append(Patient(record: record))
    }
    patients[patient].studies.append(study)
    knownStudies[uid.rawValue] = study
    var record = Self.record("STUDY", set)
    let dates: [Tag] = [.studyDate, .seriesDate, .acquisitionDate, .contentDate]
    let times: [Tag] = [.studyTime, .seriesTime, .acquisitionTime, .contentTime]
    record.set(.studyDate, .da, Self.firstText(dates, set) ?? DirectoryRecordType.unknownDate)
    record.set(.studyTime, .tm, Self.firstText(times, set) ?? DirectoryRecordType.unknownTime)
    record.take(.studyDescription, from: set)
    record.set(.studyInstanceUID, uid)
    record.take(.studyID, from: set, otherwise: "\(study + 1)")
    record.take(.accessionNumber, from: set)
    studies.append(Study(record: record))
    return study
  }

  private static func firstText(_ tags: [Tag], _ set: DataSet) -> String? {
    tags.lazy.compactMap { set.string($0) }.first { !$0.isEmpty }
  }

  private static func seriesRecord(_ uid: UID, _ set: DataSet, number: Int) -> DataSet {
    var record = record("SERIES", set)
    record.take(.modality, from: set, otherwise: "OT")
    record.set(.seriesInstanceUID, uid)
    record.take(.seriesNumber, from: set, otherwise: "\(number)")
    record.takeIfThere(.seriesDescription, from: set)
    return record
  }

  private static func instanceRecord(_ type: DirectoryRecordType, _ set: DataSet, number: Int) -> DataSet {
    var record = record(type.name, set)
    for key in type.keys {
      let isNumber = key.tag == .instanceNumber && key.substitute != nil
      record.take(key.tag, from: set, otherwise: isNumber ? "\(number)" : key.substitute)
    }
    for tag in type.optional { record.takeIfThere(tag, from: set) }
    if type.name == "SR DOCUMENT" || type.name == "KEY OBJECT DOC" {
      // What modifies the title belongs to the record too (PS3.3 §F.5.23).
      let modifiers = set.items(.contentSequence).filter { $0.string(.relationshipType) == "HAS CONCEPT MOD" }
      if !modifiers.isEmpty { record.set(.contentSequence, items: modifiers) }
    }
    return record
  }

  /// A record with empty offsets: their values are filled in where `append` expects them.
  private static func record(_ type: String, _ set: DataSet) -> DataSet {
    var record = DataSet()
    record.set(.offsetOfTheNextDirectoryRecord, .ul, 0)
    record.set(.recordInUseFlag, .us, 0xFFFF)
    record.set(.offsetOfReferencedLowerLevelDirectoryEntity, .ul, 0)
    record.set(.directoryRecordType, .cs, type)
    record.takeIfThere(.specificCharacterSet, from: set)
    return record
  }
}

extension DataSet {
  /// Takes an element over as it is, when it has a value that is held.
  fileprivate mutating func takeIfThere(_ tag: Tag, from set: DataSet) {
    guard let element = set[tag], !element.value.isEmpty else { return }
    switch element.value {
    case .bytes, .sequence: self.set(element)
    case .bulk, .pixels: break
    }
  }

  /// Takes an element over; what stands for it, or nothing, when it has no value.
  fileprivate mutating func take(_ tag: Tag, from set: DataSet, otherwise substitute: String? = nil) {
    takeIfThere(tag, from: set)
    guard self[tag]?.value.isEmpty ?? true else { return }
    let vr = DataDictionary.vr(tag) ?? .lo
    if vr == .sq {
      self.set(tag, items: [])
    } else {
      self.set(tag, vr, strings: substitute.map { [$0] } ?? [])
    }
  }
}
