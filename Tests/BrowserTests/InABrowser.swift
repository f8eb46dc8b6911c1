import Testing

/// Everything that drives a browser, one after the other: each has a server and a Chromium of its own, and what a page
/// takes long for on a crowded machine looks like a failure.
@Suite("In a browser", .serialized, .enabled(if: BrowserScript.isPossible, "needs chromium, Playwright and the server"))
enum InABrowser {}
