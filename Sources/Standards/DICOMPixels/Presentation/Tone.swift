import Glibc

/// What is drawn or laid over an image: a P-value, and a colour for where there is colour.
public struct Tone: Hashable, Sendable {
  public static let black = Tone(presentationValue: 0)
  public static let white = Tone(presentationValue: Tone.maximum)
  /// The P-value of white.
  public static let maximum = 0xFFFF

  /// 0 black to FFFFH white; beyond it is taken as the nearer of them.
  public var presentationValue: Int
  /// CIELab in the encoding of the standard: L* 0 to FFFFH for 0 to 100, a* and b* with 8080H for 0 (PS3.3 §C.10.7.1.1).
  public var lab: [Int]?

  public init(presentationValue: Int, lab: [Int]? = nil) {
    self.presentationValue = presentationValue
    self.lab = lab
  }

  /// Eight-bit grey.
  var level: UInt8 {
    UInt8((min(max(presentationValue, 0), Tone.maximum) * 510 + Tone.maximum) / (2 * Tone.maximum))
  }

  /// One byte for grey, three for colour: sRGB.
  func bytes(_ model: RenderedImage.ColorModel) -> [UInt8] {
    guard model == .rgb else { return [level] }
    guard let lab, lab.count == 3 else { return [level, level, level] }
    return Tone.sRGB(lab)
  }

  /// The profile connection space is relative to D50 (PS3.3 §C.10.7.1.1), sRGB to D65; the matrix adapts by Bradford.
  private static func sRGB(_ lab: [Int]) -> [UInt8] {
    let part = lab.map { Double(min(max($0, 0), 0xFFFF)) }
    let lightness = part[0] / 65535 * 100
    let y = (lightness + 16) / 116
    let x = y + (part[1] / 257 - 128) / 500
    let z = y - (part[2] / 257 - 128) / 200
    func linear(_ value: Double) -> Double {
      value > 6.0 / 29 ? value * value * value : (value - 4.0 / 29) * 108 / 841
    }
    let (capitalX, capitalY, capitalZ) = (linear(x) * 0.9642, linear(y), linear(z) * 0.8249)
    let rgb = [
      3.1338561 * capitalX - 1.6168667 * capitalY - 0.4906146 * capitalZ,
      -0.9787684 * capitalX + 1.9161415 * capitalY + 0.0334540 * capitalZ,
      0.0719453 * capitalX - 0.2289914 * capitalY + 1.4052427 * capitalZ,
    ]
    return rgb.map { component in
      let clamped = min(max(component, 0), 1)
      let encoded = clamped <= 0.0031308 ? clamped * 12.92 : 1.055 * pow(clamped, 1 / 2.4) - 0.055
      return UInt8(encoded * 255 + 0.5)
    }
  }
}
