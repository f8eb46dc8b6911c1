import Glibc
import Synchronization

/// Where log lines go.
public enum LogOutput {
  private static let turn = Mutex(())

  /// Standard error, a whole line at a time. What cannot be written is lost: a log must not stop the server.
  public static let standardError: @Sendable ([UInt8]) -> Void = { line in
    turn.withLock { _ in
      var rest = line[...]
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        if written > 0 {
          rest = rest.dropFirst(written)
        } else if written < 0, errno == EINTR {
          continue
        } else {
          return
        }
      }
    }
  }
}
