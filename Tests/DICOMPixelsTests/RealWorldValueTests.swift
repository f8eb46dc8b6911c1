import DICOM
import DICOMPixels
import Testing

@Suite("A real world value map")
struct RealWorldValueTests {
  static func item(_ label: String, first: Int, last: Int, _ change: (inout DataSet) -> Void) -> DataSet {
    var item = DataSet()
    item.set(.lutLabel, .sh, label)
    item.set(.realWorldValueFirstValueMapped, .ss, first)
    item.set(.realWorldValueLastValueMapped, .ss, last)
    change(&item)
    return item
  }

  static func group(_ items: [DataSet]) -> DataSet {
    var group = DataSet()
    group.set(.realWorldValueMappingSequence, items: items)
    return group
  }

  @Test("gives values by a line or a table, none outside its range or for padding")
  func values() throws {
    let header = ImageHeader.monochrome(columns: 5, signed: true).with {
      $0.set(.pixelPaddingValue, .ss, 3)
      $0.set(
        .sharedFunctionalGroupsSequence,
        items: [
          Self.group([
            Self.item("ADC", first: -2, last: 4) {
              $0.set(.realWorldValueSlope, .fd, doubles: [0.5])
              $0.set(.realWorldValueIntercept, .fd, doubles: [10])
            },
            Self.item("T1", first: 1, last: 2) { $0.set(.realWorldValueLUTData, .fd, doubles: [7.5, -1]) },
            Self.item("none", first: 1, last: 2) { _ in },
          ])
        ])
    }
    let frame = [UInt8](words: [-2, 1, 2, 3, 5])
    let maps = RealWorldValueMap.maps(header, frameNumber: 1)
    #expect(maps.map(\.label) == ["ADC", "T1"])
    let values = try maps.map { map in
      try FrameRenderer.realWorldValues(header: header, frame: frame, frameNumber: 1, by: map).map { value in
        value.isNaN ? nil : value
      }
    }
    #expect(values == [[9, 10.5, 11, nil, nil], [nil, 7.5, -1, nil, nil]])
  }

  @Test("of a frame goes before the shared one")
  func precedence() {
    func map(_ label: String) -> DataSet {
      Self.group([
        Self.item(label, first: 0, last: 1) {
          $0.set(.realWorldValueSlope, .fd, doubles: [1])
          $0.set(.realWorldValueIntercept, .fd, doubles: [0])
        }
      ])
    }
    let header = ImageHeader.monochrome(columns: 1, frames: 2).with {
      $0.set(.perFrameFunctionalGroupsSequence, items: [map("own"), DataSet()])
      $0.set(.sharedFunctionalGroupsSequence, items: [map("shared")])
    }
    #expect(RealWorldValueMap.maps(header, frameNumber: 1).map(\.label) == ["own"])
    #expect(RealWorldValueMap.maps(header, frameNumber: 2).map(\.label) == ["shared"])
  }

  /// Floats of a parametric map; what is not mapped would otherwise make all that is mapped one grey.
  @Test("bounds the range of a parametric map that has no window; a window goes before it")
  func parametricMap() throws {
    let values: [Float] = [-1e30, 0, 5, 10, 1e30]
    let frame = values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
    var header = ImageHeader.monochrome(columns: 5, allocated: 32)
    header.set(.floatPixelData, .of, bytes: [])
    for tag in [DICOM.Tag.bitsStored, .highBit, .pixelRepresentation] { header[tag] = nil }
    var map = DataSet()
    map.set(.doubleFloatRealWorldValueFirstValueMapped, .fd, doubles: [0])
    map.set(.doubleFloatRealWorldValueLastValueMapped, .fd, doubles: [10])
    map.set(.realWorldValueSlope, .fd, doubles: [1])
    map.set(.realWorldValueIntercept, .fd, doubles: [0])
    var group = Self.group([map])
    header.set(.sharedFunctionalGroupsSequence, items: [group])
    #expect(try FrameRenderer.render(header: header, frame: frame, frameNumber: 1).pixels == [0, 0, 128, 255, 255])
    var window = DataSet()
    window.setWindow(2.5, 5, "LINEAR_EXACT")
    group.set(.frameVOILUTSequence, items: [window])
    header.set(.sharedFunctionalGroupsSequence, items: [group])
    #expect(try FrameRenderer.render(header: header, frame: frame, frameNumber: 1).pixels == [0, 0, 255, 255, 255])
  }
}
