import DICOM

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
