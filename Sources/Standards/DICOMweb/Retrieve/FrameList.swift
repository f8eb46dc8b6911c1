/// The frame list of a retrieval (PS3.18 §10.4.1.1.6): `1`, `1,5,3`.
public enum FrameList {
  /// Most frames of one request.
  public static let maximumCount = 65_536
  /// How often numbers may come again in one list, all in all: without a bound a short request would be answered by many
  /// times the whole instance.
  public static let maximumRepetitions = 16

  /// - Parameter text: decoded segment of the path.
  /// - Returns: frame numbers from 0 on, in the order asked for.
  /// - Throws: `.badRequest` for anything but a list of numbers from 1 on, and for one that repeats itself too often.
  public static func parse(_ text: String) throws(DICOMwebError) -> [Int] {
    var frames: [Int] = []
    var distinct: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(HeaderText.trimmed(part)), number >= 1 else {
        throw DICOMwebError(.badRequest, "a frame list is numbers from 1 on, separated by commas")
      }
      guard frames.count < maximumCount else {
        throw DICOMwebError(.tooLarge, "more than \(maximumCount) frames in one request")
      }
      frames.append(number - 1)
      distinct.insert(number)
      guard frames.count - distinct.count <= maximumRepetitions else {
        throw DICOMwebError(.badRequest, "frames are asked for again more than \(maximumRepetitions) times")
      }
    }
    return frames
  }
}
