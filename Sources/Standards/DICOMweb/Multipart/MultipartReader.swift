public import HTTPTypes
public import NIOCore

/// The parts of a `multipart/related` payload, one after the other, at the pace of whoever reads them: nothing is read
/// from the connection before somebody asks for it.
public actor MultipartReader<Payload: AsyncSequence & Sendable> where Payload.Element == ByteBuffer {
  private let payload: Payload
  private let maximumParts: Int
  private var parser: MultipartParser
  private var iterator: Payload.AsyncIterator?
  private var isReading = false
  private var parts = 0
  private var isInPart = false

  /// Why no more parts can be read: the payload broke off or breaks the grammar. What a consumer of a part's content
  /// made of the error does not change it.
  public private(set) var failure: (any Error)?

  /// - Throws: `.badRequest` for an impossible boundary.
  public init(_ payload: Payload, boundary: String, maximumParts: Int = 200_000) throws(DICOMwebError) {
    self.payload = payload
    self.maximumParts = maximumParts
    parser = try MultipartParser(boundary: boundary)
  }

  /// The next part; what was not read of the one before is passed over. `nil` behind the closing delimiter.
  public func nextPart() async throws -> MultipartPart<Payload>? {
    while isInPart { _ = try await nextContent(of: parts) }
    guard case .part(let fields)? = try await nextEvent() else { return nil }
    guard parts < maximumParts else {
      throw record(DICOMwebError(.tooLarge, "the payload has more than \(maximumParts) parts"))
    }
    parts += 1
    isInPart = true
    return MultipartPart(fields: fields, content: MultipartContent(reader: self, part: parts))
  }

  /// The next bytes of a part's content; `nil` when it is whole, or when the reader has moved on.
  func nextContent(of part: Int) async throws -> ByteBuffer? {
    guard part == parts, isInPart else { return nil }
    if case .content(let bytes)? = try await nextEvent() { return bytes }
    isInPart = false
    return nil
  }

  private func nextEvent() async throws -> MultipartParser.Event? {
    if let failure { throw failure }
    do {
      while true {
        if let event = try parser.next() { return event == .end ? nil : event }
        if parser.isAtEnd { return nil }
        guard let bytes = try await read() else {
          try parser.finish()
          return nil
        }
        parser.append(bytes)
      }
    } catch {
      throw record(error)
    }
  }

  private func record(_ error: any Error) -> any Error {
    if failure == nil { failure = error }
    return error
  }

  private func read() async throws -> ByteBuffer? {
    guard !isReading else { throw DICOMwebError(.badRequest, "two readers of one multipart payload") }
    isReading = true
    defer { isReading = false }
    var source = iterator ?? payload.makeAsyncIterator()
    iterator = nil
    let bytes = try await source.next(isolation: self)
    iterator = source
    return bytes
  }
}

/// One part of a multipart payload.
public struct MultipartPart<Payload: AsyncSequence & Sendable>: Sendable where Payload.Element == ByteBuffer {
  public var fields: HTTPFields
  /// To be read once, before the next part is asked for.
  public var content: MultipartContent<Payload>
}

/// The content of one part, in the pieces in which it arrives.
public struct MultipartContent<Payload: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Payload.Element == ByteBuffer {
  public typealias Element = ByteBuffer
  public typealias Failure = any Error

  let reader: MultipartReader<Payload>
  let part: Int

  public struct AsyncIterator: AsyncIteratorProtocol {
    let reader: MultipartReader<Payload>
    let part: Int

    public func next() async throws -> ByteBuffer? { try await reader.nextContent(of: part) }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: reader, part: part) }
}
