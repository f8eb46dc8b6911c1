import ArchiveCore

/// The page at `/`: plain HTML, made on the server.
struct FrontPage: Sendable {
  /// Lines of the table of what is kept.
  static let rowLimit = 200

  var principal: Principal?
  var isOpen: Bool
  /// `nil` when the principal may not know.
  var counters: [StudyCounter]?

  var html: String {
    typealias Text = FrontPageText
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(Text.title)</title>
      <link rel="stylesheet" href="/front.css">
      <script type="module" src="/front.js"></script>
      </head>
      <body>
      <header>
      <h1>\(Text.title)</h1>
      <p>\(Text.purpose)</p>
      <p class="clearance">\(Text.clearance)</p>
      </header>
      <main>
      <p>\(Text.absent)</p>
      \(visitor)
      \(holdings)
      <section aria-labelledby="interfaces">
      <h2 id="interfaces">\(Text.interfaces)</h2>
      <ul>
      \(Text.links.map { "<li><a href=\"\(Self.escaped($0.address))\">\(Self.escaped($0.text))</a></li>" }
        .joined(separator: "\n"))
      </ul>
      </section>
      </main>
      </body>
      </html>

      """
  }

  private var visitor: String {
    typealias Text = FrontPageText
    guard let principal else {
      return """
        <form id="sign-in" autocomplete="on">
        <h2>\(Text.signIn)</h2>
        <label>\(Text.name) <input name="name" autocomplete="username" required></label>
        <label>\(Text.password)
        <input name="password" type="password" autocomplete="current-password" required></label>
        <button>\(Text.signIn)</button>
        <p id="message" role="alert"></p>
        <noscript><p>\(Text.needsScript)</p></noscript>
        </form>
        """
    }
    if isOpen { return "<p>\(Text.open)</p>" }
    return """
      <p>\(Self.escaped(Text.signedIn(principal.name))) <button id="sign-out">\(Text.signOut)</button></p>
      """
  }

  private var holdings: String {
    typealias Text = FrontPageText
    guard principal != nil else { return "" }
    let head = "<section aria-labelledby=\"holdings\">\n<h2 id=\"holdings\">\(Text.holdings)</h2>"
    guard let counters else { return "\(head)\n<p>\(Text.noHoldings)</p>\n</section>" }
    guard !counters.isEmpty else { return "\(head)\n<p>\(Text.empty)</p>\n</section>" }
    let rows = counters.prefix(Self.rowLimit).map { counter in
      let numbers = [counter.studies, counter.series, counter.instances, counter.bytes]
        .map { "<td class=\"number\">\($0)</td>" }.joined()
      return "<tr><td>\(Self.escaped(counter.site.value))</td><td>\(Self.escaped(counter.modality))</td>\(numbers)</tr>"
    }
    let columns = Text.columns.map { "<th scope=\"col\">\($0)</th>" }.joined()
    return """
      \(head)
      <table>
      <thead><tr>\(columns)</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </section>
      """
  }

  /// Text as it may stand between tags and in quoted attributes.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
