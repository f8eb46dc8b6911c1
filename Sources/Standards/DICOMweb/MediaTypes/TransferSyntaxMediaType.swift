/// Which media type carries the frames of a transfer syntax (PS3.18 §8.7.3.3, Tables 8.7.3-2 and 8.7.3-5).
public enum TransferSyntaxMediaType {
  public static let octetStream = "application/octet-stream"
  /// The transfer syntax of decoded frames.
  public static let explicitLittleEndian = "1.2.840.10008.1.2.1"

  /// The media type of a frame as it is stored.
  public static func frame(of transferSyntax: String) -> String {
    switch transferSyntax {
    case "1.2.840.10008.1.2.5": return "image/dicom-rle"
    case "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70":
      return "image/jpeg"
    case "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81": return "image/jls"
    case "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91": return "image/jp2"
    case "1.2.840.10008.1.2.4.92", "1.2.840.10008.1.2.4.93": return "image/jpx"
    case "1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.111", "1.2.840.10008.1.2.4.112": return "image/jxl"
    case "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203": return "image/jphc"
    default: return video(transferSyntax) ?? octetStream
    }
  }

  /// The media type of a whole video stream; `nil` when the transfer syntax is none.
  public static func video(_ transferSyntax: String) -> String? {
    let root = "1.2.840.10008.1.2.4."
    guard transferSyntax.hasPrefix(root) else { return nil }
    // Fragmentable variants append a component.
    switch transferSyntax.dropFirst(root.count).split(separator: ".").first {
    case "100", "101": return "video/mpeg2"
    case "102", "103", "104", "105", "106", "107", "108": return "video/mp4"
    default: return nil
    }
  }

  /// Whether a frame lies there uncompressed, in little endian byte order: these syntaxes differ in how the data set
  /// is written, not in the frame.
  public static func isUncompressedLittleEndian(_ transferSyntax: String) -> Bool {
    ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"].contains(transferSyntax)
  }

  /// Names that clients use for the same thing.
  static func canonical(_ essence: String) -> String {
    switch essence {
    case "image/x-jls": "image/jls"
    case "image/x-dicom-rle", "image/dicom+rle", "image/rle": "image/dicom-rle"
    case "image/jhc", "image/jph": "image/jphc"
    case "image/dicom+jpeg", "image/dicom-jpeg", "image/jpg": "image/jpeg"
    case "image/dicom+jp2", "image/x-jp2", "image/j2k": "image/jp2"
    case "image/dicom+jpx": "image/jpx"
    case "image/dicom+jpeg-ls": "image/jls"
    case "image/jll", "image/dicom+jpeg-jls": "image/jls"
    default: essence
    }
  }
}
