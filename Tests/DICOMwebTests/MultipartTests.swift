import DICOMweb
import HTTPTypes
import NIOCore
import Testing

/// One part as a parser gave it.
struct ReadPart: Equatable {
  var contentType: String?
  var content: [UInt8]
}

/// Reads a payload in pieces of the given lengths, the last of which repeats.
func readMultipart(_ payload: [UInt8], boundary: String, pieces: [Int]) throws -> [ReadPart] {
  var parser = try MultipartParser(boundary: boundary)
  var parts: [ReadPart] = []
  var isWhole = true
  var start = 0
  var piece = 0
  while true {
    while let event = try parser.next() {
      switch event {
      case .part(let fields):
        parts.append(ReadPart(contentType: fields[.contentType], content: []))
        isWhole = false
      case .content(let bytes):
        #expect(bytes.readableBytes > 0)
        parts[parts.count - 1].content.append(contentsOf: bytes.readableBytesView)
      case .partEnd: isWhole = true
      case .end: #expect(isWhole)
      }
    }
    guard start < payload.count else { break }
    let length = max(1, pieces[min(piece, pieces.count - 1)])
    piece += 1
    let end = min(payload.count, start + length)
    parser.append(ByteBuffer(bytes: payload[start..<end]))
    start = end
  }
  try parser.finish()
  return parts
}

/// A reproducible source of random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite("A multipart payload")
struct MultipartTests {
  struct Example: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var boundary = "b"
    var payload: String
    var contents: [String]

    init(_ description: String, boundary: String = "b", _ payload: String, _ contents: [String]) {
      testDescription = description
      self.boundary = boundary
      self.payload = payload
      self.contents = contents
    }
  }

  static let examples: [Example] = [
    Example("of one part", "--b\r\nContent-Type: application/dicom\r\n\r\nAB\r\n--b--\r\n", ["AB"]),
    Example("that starts with CRLF", "\r\n--b\r\nContent-Type: application/dicom\r\n\r\nAB\r\n--b--", ["AB"]),
    Example(
      "with a preamble and an epilogue", "to whom\r\nit may--b concern\r\n--b\r\n\r\nAB\r\n--b--\r\nbye --b\r\n", ["AB"]
    ),
    Example("with white space after a delimiter", "--b \t\r\n\r\nAB\r\n--b  \r\n\r\nC\r\n--b--", ["AB", "C"]),
    Example("of parts without header fields", "--b\r\n\r\nA\r\n--b\r\n\r\nB\r\n--b--", ["A", "B"]),
    Example(
      "with bare line feeds", "--b\nContent-Type: application/dicom\n\nA\rB\r\n--b\n\nC\n--b--\n", ["A\rB\r", "C"]),
    Example("with an empty part", "--b\r\n\r\n\r\n--b\r\n\r\nB\r\n--b--", ["", "B"]),
    Example("without parts", "--b--\r\n", []),
    Example("whose content begins with the boundary", "--b\r\n\r\n--b\r\n--b--", ["--b"]),
    Example("whose content holds a longer boundary", "--b\r\n\r\nA\r\n--bb\r\nB\r\n--b--", ["A\r\n--bb\r\nB"]),
    Example(
      "whose content holds most of a delimiter", "--b\r\n\r\nA\r\n--\r\n-b\r\n\r\r\n--b--", ["A\r\n--\r\n-b\r\n\r"]),
    Example("whose content holds a delimiter after a line feed", "--b\r\n\r\nA\n--b\r\nB\r\n--b--", ["A\n--b\r\nB"]),
    Example("whose content ends with line ends", "--b\r\n\r\nA\r\n\r\n\r\n--b--", ["A\r\n\r\n"]),
    Example(
      "with a folded header field", "--b\r\nContent-Type: application/dicom;\r\n transfer-syntax=*\r\n\r\nA\r\n--b--",
      ["A"]),
    Example(
      "with a boundary of punctuation", boundary: "'()+_,-./:=? x", "--'()+_,-./:=? x\r\n\r\nA\r\n--'()+_,-./:=? x--",
      ["A"]),
    Example("with a boundary of hyphens", boundary: "----", "------\r\n\r\nA\r\n-----\r\n--------", ["A\r\n-----"]),
  ]

  @Test("gives its contents, whole or byte by byte", arguments: examples)
  func reads(_ example: Example) throws {
    let payload = Array(example.payload.utf8)
    for pieces in [[payload.count], [1], [2], [3], [7], [1, payload.count]] {
      let parts = try readMultipart(payload, boundary: example.boundary, pieces: pieces)
      #expect(parts.map { String(decoding: $0.content, as: UTF8.self) } == example.contents, "pieces of \(pieces)")
    }
  }

  @Test("carries the header fields of its parts")
  func readsFields() throws {
    let payload = Array("--b\r\ncontent-TYPE:  application/dicom; a=b \r\nX: y\r\n\r\nA\r\n--b--".utf8)
    let parts = try readMultipart(payload, boundary: "b", pieces: [payload.count])
    #expect(parts == [ReadPart(contentType: "application/dicom; a=b", content: [0x41])])
  }

  static let broken: [(String, DICOMwebError.Code)] = [
    ("", .badRequest), ("--b", .badRequest), ("--b\r\n\r\nABC", .badRequest), ("--b\r\n\r\nABC\r\n", .badRequest),
    ("--b\r\n\r\nABC\r\n--b", .badRequest), ("--b\r\n\r\nABC\r\n--b\r\n", .badRequest), ("nothing here", .badRequest),
    ("--b\r\nno field\r\n\r\nA\r\n--b--", .badRequest), ("--b\r\n: value\r\n\r\nA\r\n--b--", .badRequest),
    ("--b\r\nX: " + String(repeating: "y", count: 20_000) + "\r\n\r\nA\r\n--b--", .tooLarge),
    ("--b\r\n" + String(repeating: "X: y\r\n", count: 100) + "\r\nA\r\n--b--", .tooLarge),
    (String(repeating: "z", count: 70_000) + "\r\n--b\r\n\r\nA\r\n--b--", .badRequest),
  ]

  @Test("that breaks off or breaks the grammar is refused", arguments: broken.indices)
  func refuses(_ index: Int) throws {
    let (text, code) = Self.broken[index]
    for length in [text.utf8.count, 1000] {
      let error = #expect(throws: DICOMwebError.self) {
        try readMultipart(Array(text.utf8), boundary: "b", pieces: [length])
      }
      #expect(error?.code == code)
    }
  }

  @Test(
    "needs a boundary that RFC 2046 allows",
    arguments: ["", " ", "a ", "ü", "a\r\n", String(repeating: "x", count: 257)])
  func refusesBoundary(_ boundary: String) {
    #expect(throws: DICOMwebError.self) { try MultipartParser(boundary: boundary) }
  }

  @Test("that we wrote is read back as it was, in any pieces", arguments: [UInt64](1...40))
  func roundTrips(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let framing = MultipartFraming(random: UInt128.random(in: .min ... .max, using: &random))
    // Contents made mostly of what delimiters are made of.
    let alphabet = Array("\r\n-".utf8) + Array(framing.boundary.utf8.prefix(4)) + [0, 255]
    var payload: [UInt8] = []
    var parts: [ReadPart] = []
    var lengths: [(head: String, content: UInt64)] = []
    for _ in 0..<Int.random(in: 0...5, using: &random) {
      let count = Int.random(in: 0...200, using: &random)
      var content = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      if Bool.random(using: &random) { content += Array("\r\n--\(framing.boundary)".utf8) + [0x78] }
      let head = framing.head(contentType: "application/dicom", length: UInt64(content.count), location: nil)
      payload += Array(head.utf8) + content + Array(MultipartFraming.partEnd.utf8)
      parts.append(ReadPart(contentType: "application/dicom", content: content))
      lengths.append((head, UInt64(content.count)))
    }
    payload += Array(framing.end.utf8)
    #expect(framing.length(of: lengths) == payload.count)
    let pieces = (0..<1000).map { _ in Int.random(in: 1...60, using: &random) }
    #expect(try readMultipart(payload, boundary: framing.boundary, pieces: pieces) == parts, "seed \(seed)")
    #expect(try readMultipart(payload, boundary: framing.boundary, pieces: [1]) == parts, "seed \(seed)")
  }

  @Test("that was tampered with is read or refused, alike in any pieces", arguments: [UInt64](1...60))
  func survivesMutation(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for round in 0..<20 {
      guard let example = Self.examples.randomElement(using: &random) else { return }
      var payload = Array(example.payload.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) where !payload.isEmpty {
        let place = Int.random(in: 0..<payload.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: payload[place] = UInt8.random(in: 0...255, using: &random)
        case 1: payload.remove(at: place)
        case 2:
          payload.insert(contentsOf: Array("\r\n--b".utf8).prefix(Int.random(in: 1...5, using: &random)), at: place)
        default: payload.removeLast(Int.random(in: 0...min(5, payload.count), using: &random))
        }
      }
      let whole = try? readMultipart(payload, boundary: example.boundary, pieces: [max(1, payload.count)])
      let single = try? readMultipart(payload, boundary: example.boundary, pieces: [1])
      #expect(whole == single, "seed \(seed), round \(round)")
    }
  }
}

/// Gives its pieces one by one and counts how many were taken.
actor Faucet {
  private(set) var taken = 0
  func count() { taken += 1 }
}

struct Pieces: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  let pieces: [ByteBuffer]
  let faucet: Faucet
  struct AsyncIterator: AsyncIteratorProtocol {
    var rest: ArraySlice<ByteBuffer>
    let faucet: Faucet
    mutating func next() async throws -> ByteBuffer? {
      guard let piece = rest.popFirst() else { return nil }
      await faucet.count()
      return piece
    }
  }
  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: pieces[...], faucet: faucet) }
}

@Suite("A reader of a multipart payload")
struct MultipartReaderTests {
  private func reader(_ text: String, pieceLength: Int = 4, maximumParts: Int = 10) throws -> (
    MultipartReader<Pieces>, Faucet
  ) {
    let bytes = Array(text.utf8)
    let pieces = stride(from: 0, to: bytes.count, by: pieceLength).map {
      ByteBuffer(bytes: bytes[$0..<min(bytes.count, $0 + pieceLength)])
    }
    let faucet = Faucet()
    return (
      try MultipartReader(Pieces(pieces: pieces, faucet: faucet), boundary: "b", maximumParts: maximumParts), faucet
    )
  }

  @Test("takes no more than it is asked for")
  func isPulled() async throws {
    let (reader, faucet) = try reader("--b\r\n\r\n" + String(repeating: "x", count: 4000) + "\r\n--b--")
    #expect(await faucet.taken == 0)
    let part = try #require(try await reader.nextPart())
    let iterator = part.content.makeAsyncIterator()
    _ = try await iterator.next()
    #expect(await faucet.taken < 6)
  }

  @Test("passes over what nobody read of a part")
  func skips() async throws {
    let (reader, _) = try reader("--b\r\n\r\nfirst content\r\n--b\r\n\r\nsecond\r\n--b--")
    let first = try #require(try await reader.nextPart())
    let second = try #require(try await reader.nextPart())
    var content = ""
    for try await bytes in second.content { content += String(buffer: bytes) }
    #expect(content == "second")
    // The first part's content is over; asking for it again must not eat anything.
    for try await _ in first.content { Issue.record("a part that was passed over gave content") }
    #expect(try await reader.nextPart() == nil)
    #expect(try await reader.nextPart() == nil)
  }

  @Test("fails for good when the payload breaks off")
  func failsForGood() async throws {
    let (reader, _) = try reader("--b\r\n\r\nfirst\r\n--b\r\n\r\nsec")
    _ = try await reader.nextPart()
    let second = try #require(try await reader.nextPart())
    await #expect(throws: DICOMwebError.self) { for try await _ in second.content {} }
    #expect(await reader.failure is DICOMwebError)
    await #expect(throws: DICOMwebError.self) { try await reader.nextPart() }
  }

  @Test("bounds the number of parts")
  func boundsParts() async throws {
    let (reader, _) = try reader(String(repeating: "--b\r\n\r\nx\r\n", count: 11) + "--b--")
    for _ in 0..<10 { _ = try await reader.nextPart() }
    await #expect(throws: DICOMwebError.self) { try await reader.nextPart() }
  }
}
