import Glibc

/// Messages over a socket that keeps their boundaries.
enum WorkerSocket {
  /// The next message; nil when the other side is gone.
  static func receive(_ descriptor: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: WorkerMessage.maximumLength)
    while true {
      let count = recv(descriptor, &bytes, bytes.count, 0)
      if count > 0 { return Array(bytes[..<count]) }
      if count == 0 || errno != EINTR { return nil }
    }
  }

  static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    while true {
      let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      if count == bytes.count { return true }
      if count >= 0 || errno != EINTR { return false }
    }
  }
}
