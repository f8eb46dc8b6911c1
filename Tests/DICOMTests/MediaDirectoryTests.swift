import Foundation
import Testing

@testable import DICOM

@Suite("A DICOMDIR")
struct MediaDirectoryTests {
  typealias Tag = DICOM.Tag

  /// A header as it is read from a file.
  private static func header(
    _ sopClass: UID = .ctImageStorage, patient: String? = "P1", study: String = "1.2.1", series: String = "1.2.1.1",
    instance: String = "1.2.1.1.1", _ change: (inout DataSet) -> Void = { _ in }
  ) -> Header {
    var set = DataSet()
    set.set(.specificCharacterSet, .cs, "ISO_IR 100")
    set.set(.sopClassUID, sopClass)
    set.set(.sopInstanceUID, UID(rawValue: instance))
    if let patient { set.set(.patientID, .lo, patient) }
    set.set(.patientName, .pn, "Müller^Jörg")
    set.set(.studyInstanceUID, UID(rawValue: study))
    set.set(.seriesInstanceUID, UID(rawValue: series))
    change(&set)
    return Header(transferSyntax: .explicitVRLittleEndian, dataSet: set)
  }

  /// A record as the offsets of the file lead to it.
  private struct Found {
    var type: String
    var set: DataSet
    var below: [Found]
  }

  private struct Walk {
    var roots: [Found] = []
    /// Records read, each by its offset.
    var offsets: Set<Int> = []
    var inSequence = 0

    /// Reads a file as a viewer does: from offset to offset, never in order.
    init(_ file: [UInt8]) throws {
      let (_, set) = try Part10.read(file)
      inSequence = set.items(.directoryRecordSequence).count
      let first = try #require(set.int(.offsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity))
      roots = try level(from: first, file)
      let last = try #require(set.int(.offsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity))
      #expect((first == 0) == (last == 0))
      #expect(last == 0 || offsets.contains(last))
      #expect(set.int(.fileSetConsistencyFlag) == 0)
    }

    private mutating func level(from first: Int, _ file: [UInt8]) throws -> [Found] {
      var found: [Found] = []
      var offset = first
      while offset != 0 {
        try #require(offsets.insert(offset).inserted, "a record twice, at \(offset)")
        try #require(offset + 8 <= file.count)
        #expect(Array(file[offset..<offset + 4]) == [0xFE, 0xFF, 0x00, 0xE0])
        let length = (0..<4).reduce(0) { $0 | Int(file[offset + 4 + $1]) << (8 * $1) }
        let set = try Part10.readDataSet(
          Array(file[(offset + 8)..<(offset + 8 + length)]), in: .explicitVRLittleEndian)
        #expect(set.int(.recordInUseFlag) == 0xFFFF)
        let below = try level(from: try #require(set.int(.offsetOfReferencedLowerLevelDirectoryEntity)), file)
        found.append(Found(type: try #require(set.string(.directoryRecordType)), set: set, below: below))
        offset = try #require(set.int(.offsetOfTheNextDirectoryRecord))
      }
      return found
    }
  }

  @Test("leads by its offsets to every instance once, under its series, study and patient")
  func hierarchy() throws {
    var seed = FuzzSeed.chosen
    func below(_ bound: UInt64) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((seed >> 33) % bound)
    }
    for _ in 0..<12 {
      var directory = MediaDirectory(instance: "1.2.9")
      var expected: [String: (patient: String, study: String, series: String)] = [:]
      var files: Set<FileID> = []
      for number in 0..<(20 + below(60)) {
        let patient = below(4)
        let study = "1.2.\(patient).\(below(3))"
        let series = "\(study).\(below(4))"
        let instance = "\(series).\(1000 + number)"
        expected[instance] = ("P\(patient)", study, series)
        let file = try directory.add(
          Self.header(patient: "P\(patient)", study: study, series: series, instance: instance))
        #expect(files.insert(file).inserted)
        #expect((1...8).contains(file.components.count))
        for component in file.components {
          #expect(component.wholeMatch(of: /[A-Z0-9_]{1,8}/) != nil)
        }
      }
      #expect(directory.count == expected.count)
      let walk = try Walk(try directory.encode())
      #expect(walk.offsets.count == walk.inSequence)
      var seen = 0
      for patient in walk.roots {
        #expect(patient.type == "PATIENT")
        for study in patient.below {
          #expect(study.type == "STUDY")
          for series in study.below {
            #expect(series.type == "SERIES")
            for image in series.below {
              seen += 1
              #expect(image.type == "IMAGE")
              #expect(image.below.isEmpty)
              let place = try #require(expected[image.set.string(.referencedSOPInstanceUIDInFile) ?? ""])
              #expect(patient.set.string(.patientID) == place.patient)
              #expect(study.set.string(.studyInstanceUID) == place.study)
              #expect(series.set.string(.seriesInstanceUID) == place.series)
              #expect(files.contains { $0.components == image.set.strings(.referencedFileID) })
              #expect(image.set.string(.referencedTransferSyntaxUIDInFile) == "1.2.840.10008.1.2.1")
            }
          }
        }
      }
      #expect(seen == expected.count)
    }
  }

  @Test("of nothing is a file without records")
  func empty() throws {
    let walk = try Walk(try MediaDirectory(instance: "1.2.9").encode())
    #expect(walk.roots.isEmpty)
    #expect(walk.inSequence == 0)
  }

  @Test("keeps names in their character set")
  func names() throws {
    var directory = MediaDirectory(instance: "1.2.9")
    _ = try directory.add(Self.header())
    _ = try directory.add(
      Self.header(patient: "P2", study: "1.3", series: "1.3.1", instance: "1.3.1.1") {
        $0.set(.specificCharacterSet, .cs, "", "ISO 2022 IR 87")
        $0.set(.patientName, .pn, "Yamada^Tarou=山田^太郎=やまだ^たろう")
      })
    let walk = try Walk(try directory.encode())
    #expect(walk.roots.map { $0.set.personName(.patientName)?.alphabetic } == ["Müller^Jörg", "Yamada^Tarou"])
    #expect(walk.roots.last?.set.personName(.patientName)?.ideographic == "山田^太郎")
  }

  @Test("makes up what records must have and instances may lack")
  func substitutes() throws {
    var directory = MediaDirectory(instance: "1.2.9")
    for (study, patient) in [("1.1", nil), ("1.2", nil), ("1.3", "P1")] as [(String, String?)] {
      _ = try directory.add(
        Self.header(.basicTextSRStorage, patient: patient, study: study, series: "\(study).1", instance: "\(study).1.1")
      )
    }
    let walk = try Walk(try directory.encode())
    // Two unidentified patients are two.
    #expect(Set(walk.roots.compactMap { $0.set.string(.patientID) }).count == 3)
    let mandatory: [(String, [Tag])] = [
      ("PATIENT", [.patientID]), ("STUDY", [.studyDate, .studyTime, .studyID, .studyInstanceUID]),
      ("SERIES", [.modality, .seriesInstanceUID, .seriesNumber]),
      ("SR DOCUMENT", [.instanceNumber, .completionFlag, .verificationFlag, .contentDate, .contentTime]),
    ]
    var level = walk.roots
    for (type, tags) in mandatory {
      for record in level {
        #expect(record.type == type)
        for tag in tags { #expect(record.set.string(tag)?.isEmpty == false, "\(type) \(tag)") }
      }
      level = level.flatMap(\.below)
    }
  }

  @Test(
    "has the record type of each SOP class (PS3.3 Table F.3-3)",
    arguments: [
      (UID.ctImageStorage, "IMAGE"), (.segmentationStorage, "IMAGE"), (.ultrasoundMultiFrameImageStorage, "IMAGE"),
      (.rtImageStorage, "IMAGE"), (.basicTextSRStorage, "SR DOCUMENT"), (.xRayRadiationDoseSRStorage, "SR DOCUMENT"),
      (.keyObjectSelectionDocumentStorage, "KEY OBJECT DOC"),
      (.grayscaleSoftcopyPresentationStateStorage, "PRESENTATION"), (.twelveLeadECGWaveformStorage, "WAVEFORM"),
      (.rtDoseStorage, "RT DOSE"), (.rtStructureSetStorage, "RT STRUCTURE SET"), (.rtPlanStorage, "RT PLAN"),
      (.rtBeamsTreatmentRecordStorage, "RT TREAT RECORD"), (.encapsulatedPDFStorage, "ENCAP DOC"),
      (.spatialRegistrationStorage, "REGISTRATION"), (.spatialFiducialsStorage, "FIDUCIAL"),
      (.realWorldValueMappingStorage, "VALUE MAP"), (.rawDataStorage, "RAW DATA"),
      (.mrSpectroscopyStorage, "SPECTROSCOPY"), ("1.2.3.4", "IMAGE"),
    ])
  func types(sopClass: UID, type: String) throws {
    var directory = MediaDirectory(instance: "1.2.9")
    _ = try directory.add(Self.header(sopClass))
    let record = try #require(try Walk(try directory.encode()).roots.first?.below.first?.below.first?.below.first)
    #expect(record.type == type)
    #expect(record.set.string(.referencedSOPClassUIDInFile) == sopClass.rawValue)
  }

  @Test("takes nothing that does not say what it is")
  func nameless() {
    var directory = MediaDirectory(instance: "1.2.9")
    for tag in [Tag.sopClassUID, .sopInstanceUID, .studyInstanceUID, .seriesInstanceUID] {
      #expect(throws: DICOMError.self) { _ = try directory.add(Self.header { $0[tag] = nil }) }
    }
    #expect(directory.count == 0)
  }
}
