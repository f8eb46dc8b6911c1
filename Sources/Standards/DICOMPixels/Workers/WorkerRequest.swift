import DICOM

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
