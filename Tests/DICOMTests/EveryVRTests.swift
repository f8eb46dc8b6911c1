import DICOM
import Testing

/// One value of each VR of PS3.5 §6.2, in little endian, longer than its shortest form.
@Suite("Every value representation")
struct EveryVRTests {
  static let values: [VR: [UInt8]] = Dictionary(
    uniqueKeysWithValues: VR.allCases.filter { $0 != .sq }.map { vr in
      switch vr {
      case .ui: (vr, Array("1.2.840.10008.1.1\0".utf8))
      case .da: (vr, Array("20260511".utf8))
      case .tm: (vr, Array("101112.5".utf8))
      case .as: (vr, Array("045Y".utf8))
      case .ds, .is: (vr, Array("-12\\7 ".utf8))
      case _ where vr.isText: (vr, Array("AB\\CD ".utf8))
      default: (vr, (1...16).map { UInt8($0 * 13) })
      }
    })

  @Test("comes back from every encoding, alone and in an item", arguments: Examples.plainSyntaxes)
  func encodings(syntax: TransferSyntax) throws {
    var dataSet = DataSet()
    for (index, vr) in VR.allCases.enumerated() where vr != .sq {
      let value = try #require(Self.values[vr])
      dataSet.set(DataElement(tag: Tag(0x0009, 0x1000 + UInt16(index)), vr: vr, value: .bytes(value)))
    }
    var whole = dataSet
    whole.set(.contentSequence, items: [dataSet, DataSet()])
    let read = try Part10.readDataSet(DataSetWriter.encode(whole, in: syntax), in: syntax)
    if syntax.isExplicit {
      #expect(read == whole)
    } else {
      #expect(read.map(\.bytes) == whole.map(\.bytes), "implicit VR keeps the bytes")
      #expect(read.items(.contentSequence).first?.map(\.bytes) == dataSet.map(\.bytes))
    }
    #expect(try DataSetWriter.encode(read, in: syntax) == DataSetWriter.encode(whole, in: syntax))
  }

  @Test("with 64 bits keeps them all")
  func wide() throws {
    var dataSet = DataSet()
    dataSet.set(Tag(0x0009, 0x1001), .uv, bytes: [UInt8](repeating: 0xFF, count: 8))
    dataSet.set(Tag(0x0009, 0x1002), .sv, ints: [.min, .max])
    dataSet.set(Tag(0x0009, 0x1003), .ov, ints: [1, 2])
    let bytes = try DataSetWriter.encode(dataSet, in: .explicitVRBigEndian)
    let read = try Part10.readDataSet(bytes, in: .explicitVRBigEndian)
    #expect(read.strings(Tag(0x0009, 0x1001)) == ["18446744073709551615"])
    #expect(read.ints(Tag(0x0009, 0x1002)) == [.min, .max])
    #expect(read.ints(Tag(0x0009, 0x1003)) == [1, 2])
    let json = try DICOMJSON.decode(DICOMJSON.encode(read))
    #expect(json == dataSet)
  }

  @Test("that is long in UR, UC or UT is one value or several, as it says")
  func longText() {
    var dataSet = DataSet()
    dataSet.set(Tag(0x0009, 0x1001), .ur, "http://a\\b ")
    dataSet.set(Tag(0x0009, 0x1002), .uc, " a\\b ")
    dataSet.set(Tag(0x0009, 0x1003), .ut, " a\\b ")
    #expect(dataSet.strings(Tag(0x0009, 0x1001)) == ["http://a\\b"])
    #expect(dataSet.strings(Tag(0x0009, 0x1002)) == [" a", "b"])
    #expect(dataSet.strings(Tag(0x0009, 0x1003)) == [" a\\b"])
  }
}
