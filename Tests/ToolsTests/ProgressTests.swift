import Synchronization
import Testing

@testable import isocenter

@Suite("A progress bar")
struct ProgressTests {
  @Test("fits the terminal, whatever its width", arguments: [0, 1, 2, 5, 10, 20, 40, 60, 80, 100, 200, 1000])
  func width(columns: Int) {
    for total: UInt64? in [nil, 0, 1, 1_000_000_000_000] {
      for done: UInt64 in [0, 1, 999_999_999, 1_000_000_000_000, .max] {
        let state = ProgressText.State(done: done, total: total, elapsed: .seconds(9), detail: "12 files")
        for unit in [ProgressText.Unit.bytes, .count] {
          let line = ProgressText.bar("Importing", state, unit, columns: columns, colours: false)
          #expect(line.count <= max(0, columns - 1))
        }
      }
    }
  }

  @Test("shows share, amount, rate and time left")
  func words() {
    let state = ProgressText.State(done: 250_000_000, total: 1_000_000_000, elapsed: .seconds(10))
    #expect(
      ProgressText.bar("Exporting", state, .bytes, columns: 80, colours: false)
        == "Exporting  ━━━━━──────────────────   25%  250.0 MB/1.0 GB  25.0 MB/s  30 s left")
    #expect(
      ProgressText.line("Exporting", state, .bytes) == "Exporting: 25%, 250.0 MB/1.0 GB, 25.0 MB/s, 30 s left")
    let open = ProgressText.State(done: 12, total: nil, elapsed: .seconds(4), detail: "2 skipped")
    #expect(
      ProgressText.bar("Importing", open, .count, columns: 80, colours: true)
        == "Importing  12  3.0/s  2 skipped")
  }

  @Test("is coloured only when asked to be")
  func colours() {
    let state = ProgressText.State(done: 1, total: 2, elapsed: .seconds(1))
    #expect(ProgressText.bar("x", state, .bytes, columns: 80, colours: true).contains("\u{1B}[36m"))
    #expect(!ProgressText.bar("x", state, .bytes, columns: 80, colours: false).contains("\u{1B}"))
  }

  @Test(
    "says bytes and times as people do",
    arguments: [
      (UInt64(0), "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
      (1_500_000_000, "1.5 GB"), (.max, "18446.7 PB"),
    ])
  func bytes(count: UInt64, text: String) {
    #expect(ProgressText.bytes(count) == text)
  }

  @Test(
    "says how long it will take",
    arguments: [
      (0.2, "1 s"), (59, "59 s"), (60, "1:00"), (187, "3:07"), (3723, "1:02:03"), (1e9, "days"), (.infinity, "days"),
    ])
  func times(seconds: Double, text: String) {
    #expect(ProgressText.time(seconds) == text)
  }

  @Test("is drawn on a terminal at most ten times a second, and at the end")
  func redrawing() {
    let screen = Screen(.terminal)
    var bar = ProgressBar("Work", total: 100, unit: .count, on: screen.surface)
    for step in 1...100 {
      screen.pass(.milliseconds(10))
      bar.update(UInt64(step))
    }
    bar.finish()
    #expect(screen.writes.filter { $0.hasPrefix("\r") }.count == 11)
    #expect(screen.writes.last == "\n")
    #expect(screen.writes.dropLast().last?.contains("100%") == true)
  }

  @Test("clears itself for other words, and comes back")
  func clearing() {
    let screen = Screen(.terminal)
    var bar = ProgressBar("Work", unit: .bytes, on: screen.surface)
    bar.clear()
    #expect(screen.writes.isEmpty)
    bar.update(1)
    bar.clear()
    bar.update(2)
    #expect(screen.writes == ["\rWork  1 B\u{1B}[K", "\r\u{1B}[K", "\rWork  2 B\u{1B}[K"])
  }

  @Test("becomes a line every ten seconds where there is no terminal")
  func lines() {
    let screen = Screen(.lines)
    var bar = ProgressBar("Work", total: 60, unit: .count, on: screen.surface)
    for step in 1...25 {
      screen.pass(.seconds(1))
      bar.update(UInt64(step))
    }
    bar.finish()
    #expect(
      screen.writes == [
        "Work: 16%, 10/60, 1.0/s, 50 s left\n", "Work: 33%, 20/60, 1.0/s, 40 s left\n",
      ])
  }

  @Test("says nothing when it is silent")
  func silence() {
    let screen = Screen(.silent)
    var bar = ProgressBar("Work", unit: .bytes, on: screen.surface)
    screen.pass(.seconds(100))
    bar.update(1)
    bar.clear()
    bar.finish()
    #expect(screen.writes.isEmpty)
  }
}

/// A screen and a clock that the test holds.
private final class Screen: Sendable {
  private let state = Mutex<(now: Duration, writes: [String])>((.zero, []))
  private let kind: ProgressBar.Surface.Kind

  init(_ kind: ProgressBar.Surface.Kind) {
    self.kind = kind
  }

  var surface: ProgressBar.Surface {
    ProgressBar.Surface(
      kind: kind, hasColours: false, width: { 80 }, now: { self.state.withLock { $0.now } },
      write: { text in self.state.withLock { $0.writes.append(text) } })
  }

  var writes: [String] { state.withLock { $0.writes } }

  func pass(_ duration: Duration) {
    state.withLock { $0.now += duration }
  }
}
