public import ArchiveCore
public import DICOM

/// A small DICOM object of our own making, valid enough for every peer: what a test sends.
public struct SmallObject: Sendable {
  public var patientID = "P1"
  public var patientName = "Doe^Jane"
  public var study = "1.2.826.0.1.3680043.10.1.1"
  public var series = "1.2.826.0.1.3680043.10.1.1.1"
  public var instance = "1.2.826.0.1.3680043.10.1.1.1.1"
  public var sopClass: UID = "1.2.840.10008.5.1.4.1.1.7"
  public var modality = "OT"
  public var accession = "A1"
  public var studyDate = "20240131"
  public var number = 1
  public var rows = 8
  public var columns = 8
  /// What the pixels begin with: two objects that differ in nothing else differ in content.
  public var shade: UInt8 = 0
  public var issuer = ""

  public init() {}

  /// The object numbered so in a series numbered so in a study numbered so.
  public init(study: Int, series: Int = 1, instance: Int = 1) {
    self.study = "1.2.826.0.1.3680043.10.1.\(study)"
    self.series = "\(self.study).\(series)"
    self.instance = "\(self.series).\(instance)"
    patientID = "P\(study)"
    accession = "A\(study)"
    number = instance
  }

  public var studyUID: StudyUID {
    get throws {
      guard let uid = StudyUID(study) else { throw NotAUID() }
      return uid
    }
  }

  public struct NotAUID: Error {}

  public var dataSet: DataSet {
    var set = DataSet()
    set.set(.specificCharacterSet, .cs, "ISO_IR 100")
    set.set(.sopClassUID, sopClass)
    set.set(.sopInstanceUID, UID(rawValue: instance))
    set.set(.studyDate, .da, studyDate)
    set.set(.studyTime, .tm, "120000")
    set.set(.accessionNumber, .sh, accession)
    set.set(.modality, .cs, modality)
    set.set(.conversionType, .cs, "WSD")
    set.set(.referringPhysicianName, .pn, "")
    set.set(.patientName, .pn, patientName)
    set.set(.patientID, .lo, patientID)
    if !issuer.isEmpty { set.set(.issuerOfPatientID, .lo, issuer) }
    set.set(.patientBirthDate, .da, "19700101")
    set.set(.patientSex, .cs, "F")
    set.set(.studyInstanceUID, UID(rawValue: study))
    set.set(.seriesInstanceUID, UID(rawValue: series))
    set.set(.studyID, .sh, "1")
    set.set(.seriesNumber, .is, ints: [1])
    set.set(.instanceNumber, .is, ints: [number])
    set.set(.samplesPerPixel, .us, ints: [1])
    set.set(.photometricInterpretation, .cs, "MONOCHROME2")
    set.set(.rows, .us, ints: [rows])
    set.set(.columns, .us, ints: [columns])
    set.set(.bitsAllocated, .us, ints: [8])
    set.set(.bitsStored, .us, ints: [8])
    set.set(.highBit, .us, ints: [7])
    set.set(.pixelRepresentation, .us, ints: [0])
    var pixels = [UInt8](repeating: 0, count: rows * columns)
    for index in pixels.indices { pixels[index] = UInt8(truncatingIfNeeded: index) &+ shade }
    set[.pixelData] = DataElement(tag: .pixelData, vr: .ob, value: .bytes(pixels))
    return set
  }

  /// The data set alone, as a C-STORE carries it.
  public func encoded(in syntax: TransferSyntax = .explicitVRLittleEndian) throws -> [UInt8] {
    try DataSetWriter.encode(dataSet, in: syntax)
  }

  /// A whole Part 10 file.
  public func file(in syntax: TransferSyntax = .explicitVRLittleEndian) throws -> [UInt8] {
    FileMeta.encode(
      sopClass: sopClass, sopInstance: UID(rawValue: instance), transferSyntax: syntax,
      sourceApplicationEntityTitle: nil) + (try encoded(in: syntax))
  }
}
