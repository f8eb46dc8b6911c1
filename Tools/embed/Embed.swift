import Foundation

/// Writes the files of a folder as Swift source: `embed FOLDER OUTPUT`.
///
/// A plain string literal compiles in an instant whatever its length, where an array of bytes takes minutes; so assets
/// are text.
@main
enum Embed {
  static func main() throws {
    guard CommandLine.arguments.count == 3 else { throw Failure(description: "usage: embed FOLDER OUTPUT") }
    let folder = URL(fileURLWithPath: CommandLine.arguments[1]).resolvingSymlinksInPath()
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    var source = "extension WebApp {\n  static let embedded: [EmbeddedAsset] = [\n"
    for name in names where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
      let file = folder.appending(path: name)
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
      guard let text = String(data: try Data(contentsOf: file), encoding: .utf8) else {
        throw Failure(description: "\(name) is no UTF-8 text")
      }
      source += "    EmbeddedAsset(\(literal(name)), \(literal(text))),\n"
    }
    source += "  ]\n}\n"
    try source.write(toFile: CommandLine.arguments[2], atomically: true, encoding: .utf8)
  }

  private static func literal(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": literal += "\\n"
      case "\"": literal += "\\\""
      case "\\": literal += "\\\\"
      case " "..."~": literal.unicodeScalars.append(scalar)
      default: literal += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return literal + "\""
  }

  struct Failure: Error, CustomStringConvertible { var description: String }
}
