import Foundation
import TestKit
import Testing

@Suite("The viewer", .serialized, .enabled(if: BrowserScript.isPossible, "needs chromium, Playwright and the server"))
struct ViewerTests {
  /// Real objects of many makers, where there are any.
  static let samples = ProcessInfo.processInfo.environment["ISOCENTER_SAMPLES"]

  @Test("opens a study from its address and says of the image whose it is, where it lies and how it is shown")
  func opening() async throws {
    try await read(["opening": 21])
  }

  @Test("scrolls by keys, wheel, slider and drag, and by fingers")
  func scrolling() async throws {
    try await read(["scrolling": 11, "touch": 3])
  }

  @Test("windows by presets, by the image's own windows and by a drag; inverts, zooms and fits")
  func windowing() async throws {
    try await read(["windowing": 12])
  }

  @Test("never shows another slice than the one it says, however late and in whatever order answers come")
  func delays() async throws {
    try await read(["delays": 8, "stale": 3])
  }

  @Test("plays clips as long as their frames last, and skips none")
  func clips() async throws {
    try await read(["clips": 7])
  }

  @Test("has up to four viewports, filled by click, key and drag")
  func layouts() async throws {
    try await read(["layouts": 12])
  }

  @Test("shows what the server decodes for it: grey values as stored, colours as a preview")
  func coded() async throws {
    try await read(["coded": 4])
  }

  @Test("draws every kind of image that is built")
  func everyBuiltKind() async throws {
    let server = try await ServerProcess.start(.open)
    try await BrowserScript(name: "viewer_every").run("built", against: server, atLeast: 11)
  }

  @Test(
    "draws one sample of every kind, or the table says why not", .enabled(if: samples != nil, "needs ISOCENTER_SAMPLES")
  )
  func everyKind() async throws {
    let server = try await ServerProcess.start(.open)
    try await BrowserScript(name: "viewer_every").run("samples", against: server, atLeast: 40)
  }

  @Test("says what it cannot show, and recovers when the network does")
  func failures() async throws {
    try await read(["failures": 13])
  }

  @Test("keeps nothing of fifty studies that were read before")
  func memory() async throws {
    try await read(["memory": 9])
  }

  @Test("leaves most of a screen to the image, at three sizes")
  func sizes() async throws {
    try await read(["shots": 9])
  }

  @Test("shows the grey levels and colours that pydicom shows")
  func pixels() async throws {
    let server = try await ServerProcess.start(.open)
    try await BrowserScript(name: "viewer_pixels").run("gray", "color", against: server, atLeast: 50)
  }

  @Test("shows real objects as pydicom shows them", .enabled(if: samples != nil, "needs ISOCENTER_SAMPLES"))
  func realObjects() async throws {
    let server = try await ServerProcess.start(.open)
    try await BrowserScript(name: "viewer_pixels").run("samples", against: server, atLeast: 8)
  }

  /// Runs sections of the script against a server of their own; each must have found as many things as are said.
  private func read(_ sections: KeyValuePairs<String, Int>) async throws {
    let server = try await ServerProcess.start(.open)
    for (section, atLeast) in sections {
      try await BrowserScript(name: "viewer_reading").run(section, against: server, atLeast: atLeast)
    }
  }
}
