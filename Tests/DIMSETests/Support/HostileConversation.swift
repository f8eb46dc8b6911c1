import DICOM
import DIMSE
import NIOCore

/// One connection's worth of what a stranger may send, made from a seed: PDUs that belong there, PDUs that do not, and bytes
/// that are none.
struct HostileConversation {
  var steps: [(name: String, bytes: [UInt8])] = []
  /// Whether everything in it is as the standard has it, up to the release.
  private(set) var isOrderly = true

  private typealias Step = (name: String, bytes: [UInt8])

  init(using generator: inout SeededGenerator) {
    if Int.random(in: 0..<10, using: &generator) > 0 { steps.append(Self.request(&generator)) }
    for _ in 0..<Int.random(in: 0..<12, using: &generator) {
      let (step, isFair) = Self.step(&generator)
      steps.append(step)
      isOrderly = isOrderly && isFair
    }
    if Bool.random(using: &generator) { steps.append(("release", bytes(.releaseRequest))) }
    isOrderly = isOrderly && begins && steps.last?.name == "release"
  }

  /// Whether it begins with a request that is to be accepted.
  var begins: Bool { steps.first?.name == "request" }

  /// As few or as many bytes at a time as the seed wants.
  ///
  /// - Parameter wait: whether the request is a piece of its own, behind which the answer is awaited.
  func pieces(waiting wait: Bool, using generator: inout SeededGenerator) -> [[UInt8]] {
    let rest = wait ? Array(steps.dropFirst()) : steps
    let stream = rest.flatMap(\.bytes)
    guard Int.random(in: 0..<4, using: &generator) == 0 else { return rest.map(\.bytes) }
    let size = Int.random(in: 1...700, using: &generator)
    return stride(from: 0, to: stream.count, by: size).map { Array(stream[$0..<min($0 + size, stream.count)]) }
  }

  private static func request(_ generator: inout SeededGenerator) -> Step {
    let proposals = DIMSEClient.proposals([
      (TestProvider.verification, [TestProvider.explicitLittle]), (TestProvider.ctImage, [TestProvider.explicitLittle]),
      ("1.2.840.10008.9.9.9", [TestProvider.explicitLittle]),
    ])
    return (
      "request",
      bytes(
        .associateRequest(
          AssociateRequest(calledAETitle: "ISOCENTER", callingAETitle: "HOSTILE", presentationContexts: proposals)))
    )
  }

  private static func step(_ generator: inout SeededGenerator) -> (Step, isFair: Bool) {
    switch Int.random(in: 0..<20, using: &generator) {
    case 0...5: (("echo", data(values(command(.cEcho), true, 1, &generator))), true)
    case 6...9:
      (
        (
          "store",
          data(values(command(.cStore), true, 3, &generator))
            + data(values(noise(upTo: 9000, &generator), false, 3, &generator))
        ), true
      )
    case 10: (("command in two contexts", data(interleaved(&generator))), false)
    case 11: (("refused context", data(values(command(.cEcho), true, 5, &generator))), false)
    case 12: (("unknown context", data(values(command(.cEcho), true, 77, &generator))), false)
    case 13: (("data before command", data([value([1, 2], false, true, 3)])), false)
    case 14: (("length past 2^31", [4, 0, 0x80, 0, 0, UInt8.random(in: 0...255, using: &generator)]), false)
    case 15: (("value length past 2^31", [4, 0, 0, 0, 0, 12, 0xFF, 0xFF, 0xFF, 0xF0, 1, 3, 0, 0, 0, 0]), false)
    case 16:
      (
        (
          "a PDU that does not belong there",
          bytes(SamplePDUs.all[Int.random(in: 0..<SamplePDUs.all.count, using: &generator)])
        ), false
      )
    case 17: (("noise", noise(upTo: 400, &generator)), false)
    case 18:
      // A PDU of each type with a body of nonsense.
      (
        (
          "nonsense",
          [UInt8.random(in: 1...7, using: &generator), 0, 0, 0, 0, 40]
            + (0..<40).map { _ in UInt8.random(in: 0...255, using: &generator) }
        ), false
      )
    default:
      (("only empty values", data((0..<200).map { _ in value([], true, false, 1) })), false)
    }
  }

  // MARK: Presentation data values

  /// A command or data set in values of the seed's choosing, some of them empty.
  private static func values(
    _ whole: [UInt8], _ isCommand: Bool, _ context: UInt8, _ generator: inout SeededGenerator
  ) -> [PresentationDataValue] {
    var rest = whole[...]
    var values: [PresentationDataValue] = []
    while !rest.isEmpty {
      if Int.random(in: 0..<4, using: &generator) == 0 { values.append(value([], isCommand, false, context)) }
      let count = min(rest.count, Int.random(in: 1...4000, using: &generator))
      values.append(value(Array(rest.prefix(count)), isCommand, false, context))
      rest = rest.dropFirst(count)
    }
    values.append(value([], isCommand, true, context))
    return values
  }

  /// A command whose fragments are of two contexts.
  private static func interleaved(_ generator: inout SeededGenerator) -> [PresentationDataValue] {
    let echo = command(.cEcho)
    let cut = Int.random(in: 1..<echo.count, using: &generator)
    return [value(Array(echo[..<cut]), true, false, 1), value(Array(echo[cut...]), true, true, 3)]
  }

  private static func value(
    _ bytes: [UInt8], _ isCommand: Bool, _ isLast: Bool, _ context: UInt8
  ) -> PresentationDataValue {
    PresentationDataValue(
      contextID: context, isCommand: isCommand, isLast: isLast, fragment: ByteBuffer(bytes: bytes))
  }

  private static func command(_ field: CommandField) -> [UInt8] {
    var set = CommandSet()
    set.set(.commandField, field.rawValue)
    set.set(.messageID, 7)
    set.set(.affectedSOPClassUID, field == .cEcho ? TestProvider.verification : TestProvider.ctImage)
    if field == .cStore {
      set.set(.affectedSOPInstanceUID, "1.2.3.4.5")
      set.set(.priority, 0)
    }
    set.set(.commandDataSetType, field == .cEcho ? 0x0101 : 0)
    var buffer = ByteBuffer()
    set.write(into: &buffer)
    return Array(buffer.readableBytesView)
  }

  private static func noise(upTo length: Int, _ generator: inout SeededGenerator) -> [UInt8] {
    (0..<Int.random(in: 1...length, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  private static func data(_ values: [PresentationDataValue]) -> [UInt8] { bytes(.dataTransfer(values)) }
}

private func bytes(_ pdu: PDU) -> [UInt8] { Array(pdu.encoded.readableBytesView) }
