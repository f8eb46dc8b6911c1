import ArchiveCore
import Glibc
import NIOPosix

extension HostNames {
  /// The names that this machine can resolve: its hosts file, its name service.
  static func system(_ environment: Environment) -> HostNames {
    HostNames(environment: environment) { name in
      // It waits for the name service, so not on a thread of the cooperative pool.
      (try? await NIOThreadPool.singleton.runIfActive { lookUp(name) }) ?? []
    }
  }

  private static func lookUp(_ name: String) -> Set<NetworkAddress> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &first) == 0 else { return [] }
    defer { freeaddrinfo(first) }
    var found: Set<NetworkAddress> = []
    var next = first
    while let entry = next?.pointee {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let length = socklen_t(text.count)
      if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0 {
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        if let address = NetworkAddress(String(decoding: bytes, as: UTF8.self)) { found.insert(address) }
      }
      next = entry.ai_next
    }
    return found
  }
}
