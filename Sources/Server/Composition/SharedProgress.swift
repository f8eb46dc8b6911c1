import Foundation
import Synchronization

/// A progress bar on standard error that work in another task can tell how far it is.
final class SharedProgress: Sendable {
  private let bar: Mutex<ProgressBar>

  init(_ title: String, total: UInt64? = nil, unit: ProgressText.Unit, quiet: Bool = false) {
    bar = Mutex(
      ProgressBar(
        title, total: total, unit: unit,
        on: .standardError(environment: ProcessInfo.processInfo.environment, quiet: quiet)))
  }

  func update(_ done: UInt64, total: UInt64? = nil, detail: String = "") {
    bar.withLock { $0.update(done, total: total, detail: detail) }
  }

  func finish() { bar.withLock { $0.finish() } }
}
