/// One thing that was found out about a node, and what to do about it.
struct Diagnosis: Codable, Equatable {
  enum Severity: String, Codable {
    case good, note, warning, error
  }

  var severity: Severity
  /// What was examined: `connection`, `security`, `association`, `echo`, `contexts`, `lengths`, `query`, `text`, `clock`.
  var subject: String
  var finding: String
  var remedy: String?

  init(_ severity: Severity, _ subject: String, _ finding: String, remedy: String? = nil) {
    self.severity = severity
    self.subject = subject
    self.finding = finding
    self.remedy = remedy
  }

  /// A line for a person, with a sign in front and a colour where there are colours.
  func line(colours: Bool) -> String {
    let (sign, colour) =
      switch severity {
      case .good: ("✓", "32")
      case .note: ("·", "36")
      case .warning: ("!", "33")
      case .error: ("✗", "31")
      }
    let mark = colours ? "\u{1B}[\(colour)m\(sign)\u{1B}[0m" : sign
    return "\(mark) \(subject): \(finding)" + (remedy.map { "\n    → \($0)" } ?? "")
  }
}
