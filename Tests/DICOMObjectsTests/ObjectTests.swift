import DICOM
import DICOMObjects
import DICOMPixels
import Foundation
import Testing

@Suite("An object of each further kind")
struct ObjectTests {
  @Test("reads back equal after being written as a file", arguments: BuiltObject.all)
  func roundTrip(_ object: BuiltObject) throws {
    for syntax in [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian, .explicitVRBigEndian] {
      let bytes = try Part10.write(object.dataSet(), in: syntax)
      #expect(try object.isRead(Part10.read(bytes).dataSet), "\(syntax.name)")
    }
    #expect(try object.dataSet() == object.dataSet())
  }

  @Test(
    "is written without an error for dciodvfy", .enabled(if: Oracle.path(of: "dciodvfy") != nil),
    arguments: BuiltObject.all)
  func validator(_ object: BuiltObject) throws {
    try Oracle.withTemporaryFolder { folder in
      let file = folder.appending(path: "object.dcm")
      try Oracle.write(try object.dataSet(), to: file)
      let errors = try Oracle.errors(in: file)
      #expect(errors.isEmpty, "\(errors)")
    }
  }

  @Test("says to pydicom what it says to us", .enabled(if: Oracle.hasPython))
  func pydicom() throws {
    try Oracle.withTemporaryFolder { folder in
      var expected: [String: [String]] = [:]
      for (number, object) in BuiltObject.withFacts.enumerated() {
        let file = folder.appending(path: "\(number).dcm")
        try Oracle.write(try object.dataSet(), to: file)
        expected[file.path] = try ObjectText.lines(object.dataSet())
      }
      let answers = try Oracle.answers("facts", expected.keys.sorted())
      for (path, lines) in expected { #expect(answers[path] == lines) }
    }
  }

  @Test("is what programs of DCMTK take for one", arguments: zip(["dcmpschk", "drtdump"], ["Presentation", "RT"]))
  func toolkit(program: String, kind: String) throws {
    guard let path = Oracle.path(of: program) else { return }
    try Oracle.withTemporaryFolder { folder in
      for object in BuiltObject.all where object.testDescription.hasPrefix(kind) {
        let file = folder.appending(path: "object.dcm")
        try Oracle.write(try object.dataSet(), to: file)
        let (status, text) = try Oracle.run(path, [file.path])
        #expect(status == 0, "\(object.testDescription): \(text)")
        let complaints = text.split(separator: "\n").filter {
          $0.hasPrefix("E:") || ($0.hasPrefix("W:") && !$0.hasPrefix("W: Test"))
        }
        #expect(complaints.isEmpty, "\(object.testDescription): \(complaints)")
      }
    }
  }

  @Test("is refused by its path when the SOP class is another", arguments: BuiltObject.all)
  func otherClass(_ object: BuiltObject) throws {
    var data = try object.dataSet()
    data.set(.sopClassUID, UID.mrImageStorage)
    let error = #expect(throws: ObjectError.self) { try object.read(data) }
    #expect(error?.code == .wrongSOPClass && error?.path == TagPath(.sopClassUID))
  }

  @Test("is read or refused without any one of its attributes, and never crashes", arguments: BuiltObject.all)
  func missing(_ object: BuiltObject) throws {
    let data = try object.dataSet()
    for element in data {
      var changed = data
      changed[element.tag] = nil
      do { try object.read(changed) } catch let error as ObjectError { #expect(error.path != nil) }
      changed.set(DataElement(tag: element.tag, vr: element.vr, value: .empty))
      do { try object.read(changed) } catch let error as ObjectError { #expect(error.path != nil) }
    }
  }

  @Test("is refused when it promises more than it holds", arguments: BuiltObject.all)
  func hostile(_ object: BuiltObject) throws {
    let data = try object.dataSet()
    for (tag, value) in [
      (Tag.rows, 65_535), (.columns, 65_535), (.numberOfFrames, 2_000_000_000), (.bitsAllocated, 12),
    ] {
      guard let element = data[tag] else { continue }
      var changed = data
      changed.set(tag, element.vr, value)
      #expect(throws: ObjectError.self) { try object.read(changed) }
    }
    var random = Seeded(seed: FuzzSeed.chosen)
    let bytes = try Part10.write(data, in: .explicitVRLittleEndian)
    for _ in 0..<200 {
      var mutant = bytes
      for _ in 0..<4 {
        mutant[Int.random(in: 132..<mutant.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let read = try? Part10.read(mutant) else { continue }
      try? object.read(read.dataSet)
    }
  }
}

@Suite("A parametric map")
struct ParametricMapTests {
  @Test("gives values of the real world by its mapping")
  func values() {
    let map = BuiltObject.map(.float((0..<70).map { Float($0) }))
    #expect(map.values(frame: 1).prefix(2) == [16.5, 17])
    #expect(map.storedValues(frame: 2).isEmpty && map.values(frame: 0, mapping: 1).isEmpty)
  }

  @Test("has no value where none is mapped")
  func range() {
    var mapping = BuiltObject.map(.float([])).frames[0].mappings[0]
    mapping.firstMapped = 2
    #expect(mapping.value(of: 1) == nil && mapping.value(of: 2) == 0)
    mapping.rule = .table([7, 8])
    #expect(mapping.value(of: 3) == 8 && mapping.value(of: 4) == nil)
  }
}

@Suite("A waveform")
struct WaveformTests {
  @Test("gives each channel in its unit")
  func values() throws {
    let group = BuiltObject.waveform.groups[0]
    #expect(group.samples(channel: 1).prefix(3) == [-950, -850, -750])
    #expect(group.values(channel: 1)?.first == -950 * 2.5 + 10)
    #expect(group.durationSeconds == 0.04)
    #expect(group.values(channel: 2) == nil && group.samples(channel: -1).isEmpty)
  }
}

@Suite("The sample objects of further kinds", .enabled(if: Samples.arePresent))
struct SampleObjectTests {
  static let maps = Samples.files { $0 == .parametricMapStorage }
  static let documents = Samples.files { $0 == .encapsulatedPDFStorage }
  static let waveforms = Samples.files(where: Waveform.isWaveform)
  static let structures = Samples.files { $0 == .rtStructureSetStorage }
  static let states = Samples.files { $0 == .grayscaleSoftcopyPresentationStateStorage }
  static let all = maps + documents + waveforms + structures + states

  @Test("are there")
  func count() {
    #expect(!Self.maps.isEmpty && !Self.documents.isEmpty && !Self.waveforms.isEmpty && Self.structures.count == 2)
  }

  @Test("say what pydicom says", .enabled(if: Oracle.hasPython))
  func values() throws {
    let folder = try #require(Samples.folder)
    let files = Self.all
    let answers = try Oracle.answers("facts", files.map { "\(folder)/\($0)" })
    for file in files {
      let dataSet = try Samples.dataSet(file)
      let theirs = try #require(answers["\(folder)/\(file)"])
      #expect(try ObjectText.lines(dataSet) == theirs, "\(file)")
    }
  }

  @Test(
    "are the same after being written again",
    arguments: all)
  func rewriting(file: String) throws {
    let dataSet = try Samples.dataSet(file)
    let again = try ObjectText.written(dataSet)
    #expect(try ObjectText.lines(again) == ObjectText.lines(dataSet))
  }
}
