import ArchiveCore
import DICOM

/// A small image that belongs to nobody and says so: it shows whether a node takes what it is sent.
struct TestImage {
  static let sopClass = UID.secondaryCaptureImageStorage
  /// Patient ID (0010,0020), by which it can be found and thrown away.
  static let patientID = "ISOCENTER-TEST"
  static let size = 64

  let instance: UID
  let dataSet: DataSet

  init(_ environment: Environment) {
    let digits = environment.now().rfc3339.filter(\.isNumber)
    let date = String(digits.prefix(8))
    let time = String(digits.dropFirst(8).prefix(6))
    instance = UID(rawValue: environment.makeUID())
    var set = DataSet()
    set.set(.specificCharacterSet, .cs, "ISO_IR 192")
    set.set(.sopClassUID, Self.sopClass)
    set.set(.sopInstanceUID, instance)
    set.set(.studyDate, .da, date)
    set.set(.studyTime, .tm, time)
    set.set(.contentDate, .da, date)
    set.set(.contentTime, .tm, time)
    set.set(.accessionNumber, .sh, "")
    set.set(.modality, .cs, "OT")
    set.set(.conversionType, .cs, "SYN")
    set.set(.manufacturer, .lo, "Isocenter")
    set.set(.referringPhysicianName, .pn, "")
    set.set(.studyDescription, .lo, "Connection test, no patient")
    set.set(.seriesDescription, .lo, "Connection test")
    set.set(.patientName, .pn, "Test^Connection")
    set.set(.patientID, .lo, Self.patientID)
    set.set(.patientBirthDate, .da, "")
    set.set(.patientSex, .cs, "")
    set.set(.studyInstanceUID, UID(rawValue: environment.makeUID()))
    set.set(.seriesInstanceUID, UID(rawValue: environment.makeUID()))
    set.set(.studyID, .sh, "TEST")
    set.set(.seriesNumber, .is, 1)
    set.set(.instanceNumber, .is, 1)
    set.set(.patientOrientation, .cs, "")
    set.set(.imageComments, .lt, "Made by an archive to test a connection. It shows no patient.")
    set.set(.samplesPerPixel, .us, 1)
    set.set(.photometricInterpretation, .cs, "MONOCHROME2")
    set.set(.rows, .us, Self.size)
    set.set(.columns, .us, Self.size)
    set.set(.bitsAllocated, .us, 8)
    set.set(.bitsStored, .us, 8)
    set.set(.highBit, .us, 7)
    set.set(.pixelRepresentation, .us, 0)
    set.set(.qualityControlImage, .cs, "YES")
    set.set(.burnedInAnnotation, .cs, "NO")
    set.set(.pixelData, .ow, bytes: Self.pixels)
    dataSet = set
  }

  /// A chessboard whose fields grow brighter.
  private static let pixels: [UInt8] = (0..<size * size).map { place in
    let (row, column) = (place / size / 8, place % size / 8)
    return UInt8(clamping: (row + column) % 2 == 0 ? 24 : 64 + row * 12 + column * 12)
  }
}
