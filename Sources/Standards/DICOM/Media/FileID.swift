/// A File ID: where a file of a file-set lies (PS3.10 §8.2).
public struct FileID: Hashable, Sendable {
  /// One to eight, each of one to eight upper-case letters, digits and underscores (PS3.10 §8.5).
  public let components: [String]

  /// The DICOMDIR itself.
  public static let directory = FileID(components: ["DICOMDIR"])

  /// `IMAGES/ST000000/SE000000/IM000000`, counted from 0.
  ///
  /// - Returns: `nil` when a number has more than six digits.
  public init?(study: Int, series: Int, instance: Int) {
    guard [study, series, instance].allSatisfy({ (0...999_999).contains($0) }) else { return nil }
    components = [
      "IMAGES", "ST\(FileID.sixDigits(study))", "SE\(FileID.sixDigits(series))", "IM\(FileID.sixDigits(instance))",
    ]
  }

  private init(components: [String]) {
    self.components = components
  }

  /// As a path below the folder of the DICOMDIR.
  public var path: String { components.joined(separator: "/") }

  private static func sixDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }
}
