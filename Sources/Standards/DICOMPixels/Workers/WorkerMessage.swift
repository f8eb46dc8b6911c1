import DICOM

/// What goes between a pool and a worker beside the bytes of frames: a few numbers and a text.
struct WorkerMessage: Equatable {
  /// The longest message on the wire, in bytes.
  static let maximumLength = 4096

  var numbers: [Int64]
  var text: String

  var encoded: [UInt8] {
    var bytes: [UInt8] = [UInt8(truncatingIfNeeded: numbers.count)]
    for number in numbers {
      for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> Int64(8 * shift))) }
    }
    return bytes + text.utf8.prefix(Self.maximumLength - bytes.count)
  }

  init(numbers: [Int64], text: String = "") {
    self.numbers = numbers
    self.text = text
  }

  init?(_ bytes: [UInt8]) {
    guard let count = bytes.first.map(Int.init), bytes.count >= 1 + 8 * count else { return nil }
    numbers = (0..<count).map { index in
      (0..<8).reduce(0) { $0 | Int64(bytes[1 + 8 * index + $1]) << Int64(8 * $1) }
    }
    text = String(decoding: bytes[(1 + 8 * count)...], as: UTF8.self)
  }
}

/// A frame to be decoded or encoded; its bytes lie at the beginning of the shared memory.
struct WorkerRequest: Equatable {
  enum Operation: Equatable {
    case decode
    case encode(CompressionOptions)
  }

  var operation: Operation
  var syntax: TransferSyntax
  var frame: FrameDescription
  /// Bytes of the code stream or of the samples.
  var length: Int

  var message: WorkerMessage {
    var numbers = [0, Int64(length)] + frame.numbers
    if case .encode(let options) = operation {
      numbers[0] = 1
      numbers += [
        Int64(options.quality), Int64(options.nearLossless),
        Int64(bitPattern: options.compressionRatio.bitPattern), Int64(options.predictor),
        options.keepsColorResolution ? 1 : 0,
      ]
    }
    return WorkerMessage(numbers: numbers, text: syntax.uid.rawValue)
  }

  init(operation: Operation, syntax: TransferSyntax, frame: FrameDescription, length: Int) {
    self.operation = operation
    self.syntax = syntax
    self.frame = frame
    self.length = length
  }

  init?(_ message: WorkerMessage) {
    let numbers = message.numbers
    let described = 2 + FrameDescription.numberCount
    guard numbers.count >= described, let length = Int(exactly: numbers[1]), length >= 0,
      let frame = FrameDescription(numbers: Array(numbers[2..<described]))
    else { return nil }
    self.length = length
    self.frame = frame
    syntax = TransferSyntax(uid: UID(message.text))
    operation = .decode
    guard numbers[0] == 1 else { return }
    guard numbers.count == described + 5 else { return nil }
    var options = CompressionOptions()
    options.quality = Int(clamping: numbers[described])
    options.nearLossless = Int(clamping: numbers[described + 1])
    options.compressionRatio = Double(bitPattern: UInt64(bitPattern: numbers[described + 2]))
    options.predictor = Int(clamping: numbers[described + 3])
    options.keepsColorResolution = numbers[described + 4] == 1
    operation = .encode(options)
  }
}

/// What became of a request; the bytes of a success lie at the beginning of the shared memory.
enum WorkerReply: Equatable {
  case done(length: Int, FrameDescription, Set<CodecLeniency>)
  case failed(PixelError)

  private static let codes: [PixelError.Code] = [
    .missingAttribute, .invalidAttribute, .unsupported, .imageTooLarge, .noSuchFrame, .frameTooShort, .invalidOption,
    .encodingFailed, .malformedCodeStream, .codeStreamDisagrees, .decodingFailed, .workerFailed,
  ]

  var message: WorkerMessage {
    switch self {
    case .done(let length, let frame, let leniencies):
      let bits = CodecLeniency.allCases.enumerated().reduce(Int64(0)) {
        $0 | (leniencies.contains($1.element) ? 1 << Int64($1.offset) : 0)
      }
      return WorkerMessage(numbers: [0, Int64(length), bits] + frame.numbers)
    case .failed(let error):
      let code = Self.codes.firstIndex(of: error.code) ?? Self.codes.count - 1
      return WorkerMessage(
        numbers: [1, Int64(code), error.tag.map { Int64($0.rawValue) } ?? -1], text: error.detail)
    }
  }

  init?(_ message: WorkerMessage) {
    let numbers = message.numbers
    guard numbers.count >= 3 else { return nil }
    if numbers[0] == 1 {
      guard let index = Int(exactly: numbers[1]), Self.codes.indices.contains(index) else { return nil }
      self = .failed(
        PixelError(Self.codes[index], tag: UInt32(exactly: numbers[2]).map(Tag.init(rawValue:)), message.text))
      return
    }
    guard let length = Int(exactly: numbers[1]), (0...FrameDescription.maximumLength).contains(length),
      let frame = FrameDescription(numbers: Array(numbers[3...]))
    else { return nil }
    let leniencies = CodecLeniency.allCases.enumerated().filter { numbers[2] & (1 << Int64($0.offset)) != 0 }
    self = .done(length: length, frame, Set(leniencies.map(\.element)))
  }
}

extension FrameDescription {
  static let numberCount = 7

  var numbers: [Int64] {
    let color = ColorSpace.allCases.firstIndex(of: photometricInterpretation) ?? 0
    return [rows, columns, color, bitsAllocated, bitsStored, highBit, isSigned ? 1 : 0].map(Int64.init)
  }

  init?(numbers: [Int64]) {
    let values = numbers.map { Int(clamping: $0) }
    guard values.count == Self.numberCount, ColorSpace.allCases.indices.contains(values[2]) else { return nil }
    do {
      try self.init(
        rows: values[0], columns: values[1], photometricInterpretation: ColorSpace.allCases[values[2]],
        bitsAllocated: values[3], bitsStored: values[4], highBit: values[5], isSigned: values[6] == 1)
    } catch {
      return nil
    }
  }
}
