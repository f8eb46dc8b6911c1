/// How an image is to be rendered (PS3.18 §8.3.5.1).
public struct RenderingParameters: Hashable, Sendable {
  /// Widest and highest viewport in pixels.
  public static let maximumViewport = 8_192

  /// Maps stored values to grey levels (PS3.3 §C.11.2.1.2).
  public struct Window: Hashable, Sendable {
    public enum Function: String, Hashable, Sendable {
      case linear
      case linearExact = "linear-exact"
      case sigmoid
    }
    public var center: Double
    public var width: Double
    public var function: Function

    public init(center: Double, width: Double, function: Function = .linear) {
      self.center = center
      self.width = width
      self.function = function
    }
  }

  /// Where the picture goes and which part of the image goes there.
  public struct Viewport: Hashable, Sendable {
    /// Pixels.
    public var width: Int
    public var height: Int
    /// Region of the image in its pixels; `nil` for all of it.
    public var region: Region?

    public init(width: Int, height: Int, region: Region? = nil) {
      self.width = width
      self.height = height
      self.region = region
    }
  }

  public struct Region: Hashable, Sendable {
    public var x: Double
    public var y: Double
    /// `nil` up to the image's edge.
    public var width: Double?
    public var height: Double?

    public init(x: Double, y: Double, width: Double? = nil, height: Double? = nil) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  /// Which colours the picture is in, and whether it says so (PS3.18 §8.3.5.1.5): it is in those of sRGB whatever is
  /// asked for; of the other profiles the standard names there is none here.
  public enum ColorProfile: String, Hashable, Sendable {
    /// No profile in the picture.
    case no
    /// A profile, whichever.
    case yes
    case srgb
  }

  public var colorProfile: ColorProfile?
  public var window: Window?
  public var viewport: Viewport?
  /// Of a lossy compression, 1 to 100.
  public var quality: Int?

  public init() {}

  /// - Throws: `.badRequest` for a value that the parameter cannot have.
  public init(_ parameters: [QueryParameter]) throws(DICOMwebError) {
    for parameter in parameters {
      switch parameter.name.lowercased() {
      case "window": window = try Self.window(parameter.value)
      case "viewport": viewport = try Self.viewport(parameter.value)
      case "quality":
        guard let value = Int(parameter.value), (1...100).contains(value) else {
          throw DICOMwebError(.badRequest, "quality is a whole number from 1 to 100")
        }
        quality = value
      case "iccprofile":
        guard let profile = ColorProfile(rawValue: parameter.value.lowercased()) else {
          throw DICOMwebError(.badRequest, "iccprofile is one of no, yes and srgb; other profiles are not there")
        }
        colorProfile = profile
      default: break
      }
    }
  }

  private static func window(_ text: String) throws(DICOMwebError) -> Window {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { String(HeaderText.trimmed($0)) }
    let function = parts.count == 3 ? Window.Function(rawValue: parts[2].lowercased()) : .linear
    guard parts.count == 2 || parts.count == 3, let center = number(parts[0]), let width = number(parts[1]), width > 0,
      let function
    else {
      throw DICOMwebError(
        .badRequest, "window is centre, width above 0 and, if wanted, one of linear, linear-exact and sigmoid")
    }
    return Window(center: center, width: width, function: function)
  }

  private static func viewport(_ text: String) throws(DICOMwebError) -> Viewport {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { String(HeaderText.trimmed($0)) }
    let refusal = DICOMwebError(
      .badRequest,
      "viewport is width and height from 1 to \(maximumViewport) and, if wanted, a region x, y, width, height")
    guard [2, 4, 6].contains(parts.count), let width = Int(parts[0]), let height = Int(parts[1]),
      (1...maximumViewport).contains(width), (1...maximumViewport).contains(height)
    else { throw refusal }
    var viewport = Viewport(width: width, height: height)
    guard parts.count > 2 else { return viewport }
    // An omitted number keeps its place between the commas (PS3.18 §8.3.5.1.3).
    let region = parts[2...].map { $0.isEmpty ? Double?.none : number($0) }
    guard zip(parts[2...], region).allSatisfy({ $0.isEmpty || $1 != nil }),
      (region[0] ?? 0) >= 0, (region[1] ?? 0) >= 0
    else { throw refusal }
    let width2 = region.count == 4 ? region[2] : nil
    let height2 = region.count == 4 ? region[3] : nil
    guard (width2 ?? 1) != 0, (height2 ?? 1) != 0 else { throw refusal }
    viewport.region = Region(x: region[0] ?? 0, y: region[1] ?? 0, width: width2, height: height2)
    return viewport
  }

  private static func number(_ text: String) -> Double? {
    guard let value = Double(text), value.isFinite, abs(value) < 1e9 else { return nil }
    return value
  }
}
