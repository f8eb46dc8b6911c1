import DICOM
import Glibc
import Testing

/// Real files; pydicom, which made `INDEX.tsv` and the JSON oracle, is the independent reader.
@Suite("Every sample file", .enabled(if: Samples.arePresent))
struct SampleTests {
  /// Files that end early; pydicom reads the beginnings. What is no DICOM at all is not listed.
  private static let truncated: Set<String> = [
    "dicom/broken/3gb-bulk-data-truncated", "dicom/broken/MR_truncated.dcm", "dicom/broken/rtplan_truncated.dcm",
    "dicom/dicomdir_fileset/DICOMDIR-nooffset",
  ]

  @Test("is read or refused with a reason, as pydicom reads it")
  func attributes() throws {
    var read = 0
    var refused: [String] = []
    for row in Samples.dicom {
      guard let bytes = Samples.bytes(of: row), let file = row["file"] else { continue }
      let header: Header
      do {
        header = try Examples.read(bytes, piece: 65_536)
      } catch {
        refused.append("\(file): \(error)")
        let expected: DICOMError.Code = Self.truncated.contains(file) ? .truncated : .notDICOM
        #expect((error as? DICOMError)?.code == expected, "\(file)")
        if expected == .truncated {
          var reader = HeaderReader()
          try reader.consume(bytes)
          #expect(try reader.finish(acceptingTruncation: true).dataSet.isEmpty == false, "\(file)")
        }
        continue
      }
      read += 1
      guard row["pydicom_read"] == "ok" else { continue }
      let dataSet = header.dataSet
      let found = [
        "modality": dataSet.string(.modality), "patient_id": dataSet.string(.patientID),
        "study_date": dataSet.string(.studyDate), "rows": dataSet.int(.rows).map(String.init),
        "cols": dataSet.int(.columns).map(String.init), "part10": header.hadPart10Header ? "yes" : "no",
        "transfer_syntax": header.fileMeta.string(.transferSyntaxUID),
      ]
      for (column, value) in found {
        let expected = row[column].flatMap { $0 == "-" || $0 == "none" ? nil : $0 }
        #expect(value == expected, "\(file): \(column)")
      }
    }
    print("\(read) read, refused:\n\(refused.joined(separator: "\n"))")
    #expect(read > 750)
  }

  @Test("is written byte for byte as it was read, except where it breaks the standard")
  func byteIdentity() throws {
    var unequal: [String: [String]] = [:]
    var equal = 0
    for row in Samples.dicom {
      guard let bytes = Samples.bytes(of: row), let name = row["file"], let file = try? Part10File(reading: bytes)
      else { continue }
      if try file.encoded() == bytes {
        equal += 1
      } else {
        #expect(file.transferSyntax.isDeflated || !file.findings.isEmpty, "\(name) is read without leniency")
        if file.transferSyntax.isDeflated { #expect(try Part10File(reading: file.encoded()).dataSet == file.dataSet) }
        unequal[name] = file.findings.map(\.leniency.rawValue)
      }
    }
    for (name, findings) in unequal.sorted(by: { $0.key < $1.key }) where RoundTripExceptions.reasons[name] == nil {
      Issue.record("\(name): \(findings)")
    }
    for name in RoundTripExceptions.reasons.keys where unequal[name] == nil { Issue.record("\(name) is equal by now") }
    print("\(equal) files came out byte for byte, \(unequal.count) did not")
    #expect(equal > 740)
  }

  @Test("gives the same header byte by byte")
  func byteByByte() {
    for row in Samples.dicom {
      guard let bytes = Samples.bytes(of: row), bytes.count < 20_000 else { continue }
      let whole = Result { try Examples.read(bytes) }
      let cut = Result { try Examples.read(bytes, piece: 1) }
      switch (whole, cut) {
      case (.success(let first), .success(let second)): #expect(first == second, "\(row["file"] ?? "")")
      case (.failure(let first), .failure(let second)):
        #expect((first as? DICOMError)?.code == (second as? DICOMError)?.code, "\(row["file"] ?? "")")
      default: Issue.record("the way of cutting decided: \(row["file"] ?? "")")
      }
    }
  }

  @Test("gives the same header however it is cut")
  func cutting() {
    let seed = FuzzSeed.chosen
    print("sample cuts: seed \(seed)")
    var random = Seeded(seed: seed)
    for row in Samples.dicom {
      guard let bytes = Samples.bytes(of: row) else { continue }
      let whole = Result { try Examples.read(bytes) }
      var reader = HeaderReader()
      let pieces = Result {
        var start = 0
        while start < bytes.count {
          let end = min(bytes.count, start + Int.random(in: 1...3000, using: &random))
          try bytes.withUnsafeBytes { try reader.consume(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
          start = end
        }
        return try reader.finish()
      }
      switch (whole, pieces) {
      case (.success(let first), .success(let second)): #expect(first == second, "\(row["file"] ?? "")")
      case (.failure, .failure): break
      default: Issue.record("the way of cutting decided: \(row["file"] ?? "")")
      }
    }
  }

  @Test("is the same content after being written in another encoding")
  func rewriting() throws {
    for row in Samples.dicom {
      guard let bytes = Samples.bytes(of: row), bytes.count < 1_000_000,
        let (_, dataSet) = try? Part10.read(bytes)
      else { continue }
      for syntax in Examples.plainSyntaxes {
        let written = try DataSetWriter.encode(dataSet, in: syntax)
        let read = try Part10.readDataSet(written, in: syntax)
        if read.canonicallyEqual(to: dataSet) { continue }
        let tags = dataSet.filter { !DataSet([$0]).canonicallyEqual(to: DataSet(read.filter(at: $0.tag))) }.map(\.tag)
        Issue.record("\(row["file"] ?? "") in \(syntax.name): \(tags)")
      }
    }
  }

  @Test("parses or throws after any mutation")
  func mutation() {
    let seed = FuzzSeed.chosen
    print("sample mutations: seed \(seed)")
    var random = Seeded(seed: seed)
    for row in Samples.dicom {
      guard let bytes = Samples.bytes(of: row) else { continue }
      // Damage to pixels says nothing; most of a short beginning is header.
      let beginning = Array(bytes.prefix(30_000))
      for _ in 0..<4 {
        var mutant = beginning
        Mutation.apply(to: &mutant, using: &random)
        Mutation.check(mutant, using: &random)
      }
    }
  }

  @Test("is indexed frame by frame")
  func frames() {
    var unknown: [String] = []
    for row in Samples.dicom {
      guard let bytes = Samples.bytes(of: row), let header = try? Examples.read(bytes),
        let location = header.pixelData, let file = row["file"]
      else { continue }
      do {
        let index = try FrameIndex(
          header: header.dataSet, location: location, transferSyntax: header.transferSyntax)
        if let frames = row["frames"].flatMap({ Int($0) }) { #expect(index.count == frames, "\(file)") }
        #expect(try FrameIndex(encoded: index.encoded) == index)
        if !header.transferSyntax.isDeflated {
          #expect(index.ranges(frame: index.count - 1).allSatisfy { $0.upperBound <= UInt64(bytes.count) })
        }
      } catch {
        unknown.append("\(file): \(error)")
      }
    }
    print("without frames:\n\(unknown.joined(separator: "\n"))")
  }
}

extension DataSet {
  /// The element with a tag, if there is one.
  fileprivate func filter(at tag: Tag) -> [DataElement] { self[tag].map { [$0] } ?? [] }
}

/// Files that do not come out as they were, each breaking the standard in a way that strict writing does not repeat.
enum RoundTripExceptions {
  private static let groupLength = "a group length (gggg,0000) counts bytes that are not there; it is counted anew"
  private static let odd = "a value of odd length is padded (PS3.5 §7.1.1)"
  private static let deflated = "deflated by another compressor: the data set inflates to the same bytes"

  static let reasons = [
    "dicom/broken/GH178.dcm": groupLength,
    "dicom/charset/chrJapMulti.dcm": groupLength,
    "dicom/charset/chrKoreanMulti.dcm": groupLength,
    "dicom/codecs/color/693_J2KI.dcm": groupLength,
    "dicom/codecs/color/693_UNCI.dcm": groupLength,
    "dicom/broken/meta_missing_tsyntax.dcm": odd,
    "dicom/broken/nested_priv_SQ.dcm": odd,
    "dicom/deid/ctbrain1.dcm": odd,
    "dicom/dose_images/MG-Im-Hologic-PropProj.dcm":
      "odd lengths, and explicit VR inside UN, where PS3.5 §6.2.2 has implicit",
    "dicom/codecs/basic/image_dfl.dcm": deflated,
    "dicom/rt/SCImageStorage_Deflated.dcm": deflated,
    "dicom/codecs/color/SC_rgb_jpeg.dcm": "implicit VR under an explicit VR transfer syntax; written as declared",
    "dicom/color_palette/winter.dcm": "an element twice in one data set; the last one stays",
  ]
}
