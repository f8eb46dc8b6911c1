import DICOM

/// From modality values to displayed grey: the values of interest (PS3.3 §C.11.2).
enum VOILUT: Equatable, Sendable {
  case ramp(Ramp)
  case sigmoid(center: Double, width: Double)
  /// Entries by modality value; an entry of `fullScale` is white.
  case table(LookupTable, fullScale: Int)

  init(_ transform: Presentation.VOI) {
    switch transform {
    case .window(let window): self.init(window)
    case .table(let table): self.init(table)
    }
  }

  init(_ window: Window) {
    self = window.ramp.map(VOILUT.ramp) ?? .sigmoid(center: window.center, width: window.width)
  }

  init(_ table: LookupTable) {
    self = .table(table, fullScale: table.fullScale)
  }

  /// The first view a frame comes with: the first table of its VOI LUT Sequence, else its first window, from its Frame
  /// VOI LUT (PS3.3 §C.7.6.16.2.10) or the data set's own VOI LUT module; nil when it has neither.
  ///
  /// A table goes before a window because it carries what a window can only approximate.
  init?(_ groups: FunctionalGroups, signed: Bool) throws(PixelError) {
    for place in groups.candidates(for: .frameVOILUTSequence) {
      if let item = place.items(.voilutSequence).first {
        self = VOILUT(try LookupTable(item: item, signed: signed))
        return
      }
      if let window = Window(place) {
        self = VOILUT(window)
        return
      }
    }
    return nil
  }

  /// The displayed level, 0 for black to 255 for white.
  @inline(__always)
  func level(of value: Double) -> UInt8 {
    switch self {
    case .ramp(let ramp):
      return UInt8(ramp.fraction(value) * 255 + 0.5)
    case .sigmoid(let center, let width):
      return Self.sigmoid(value, center: center, width: width)
    case .table(let table, let fullScale):
      return UInt8((Int(table.value(at: Int(nearest: value))) * 510 + fullScale) / (2 * fullScale))
    }
  }

  /// The value of interest as a part of its range: what a presentation LUT takes, unrounded.
  func fraction(of value: Double) -> Double {
    switch self {
    case .ramp(let ramp): ramp.fraction(value)
    case .sigmoid(let center, let width): Self.sigmoidFraction(value, center: center, width: width)
    case .table(let table, let fullScale): Double(table.value(at: Int(nearest: value))) / Double(fullScale)
    }
  }
}

extension Window {
  /// The first window of a VOI LUT module, if it has a usable one.
  init?(_ place: DataSet) {
    guard let center = place.double(.windowCenter), let width = place.double(.windowWidth) else { return nil }
    let function = place.string(.voilutFunction).flatMap { Function(rawValue: $0.uppercased()) }
    self.init(center: center, width: width, function: function ?? .linear)
    guard isUsable else { return nil }
  }
}
