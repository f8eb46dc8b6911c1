/// What a fuzzer gives its inputs to, and what a test gives those inputs to again that once broke something.
///
/// Errors are answers: what is looked for is a trap, a second, too much memory, or a law that does not hold.
enum FuzzTarget: String, CaseIterable {
  case parser, json, xml, codecs, rendering, objects, validation

  /// - Throws: `BrokenLaw`.
  func take(_ input: [UInt8]) throws(BrokenLaw) {
    switch self {
    case .parser: try EncodingLaws.parsing(input)
    case .json: try EncodingLaws.json(input)
    case .xml: try EncodingLaws.xml(input)
    case .codecs: try ImageLaws.decode(input)
    case .rendering: ImageLaws.render(input)
    case .objects: try ObjectLaws.read(input)
    case .validation: ObjectLaws.validate(input)
    }
  }
}

struct BrokenLaw: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }

  static func unless(_ holds: Bool, _ description: @autoclosure () -> String) throws(BrokenLaw) {
    guard holds else { throw BrokenLaw(description()) }
  }
}
