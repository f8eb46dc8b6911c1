extension ContentItem {
  /// Where a document departs from its template: TID 1500 with 1501, 1410, 1411 and 4019, TID 10001 with 10003, and TID
  /// 10011 with 10013.
  ///
  /// The template is the one that the root says, or that its title implies. Items that a template does not name are no
  /// finding: all of these are extensible.
  ///
  /// - Returns: nil when the document follows none of them.
  public func templateFindings() -> [TemplateFinding]? {
    guard let template = Template.of(root: self) else { return nil }
    var checker = TemplateChecker()
    checker.check(self, template, at: [1])
    return checker.findings
  }
}

/// Walks a tree beside a template.
struct TemplateChecker {
  /// Findings told of one document; a report of more helps nobody.
  static let maximumFindings = 10_000

  private(set) var findings: [TemplateFinding] = []

  mutating func check(_ item: ContentItem, _ template: Template, at place: [Int]) {
    if let name = item.name, !template.isTitle(name) { tell(.concept, template, "1", place, name) }
    for choice in template.choices {
      let present = choice.names.filter { item.has($0) }
      if present.isEmpty || (present.count > 1 && !choice.allowsSeveral) {
        tell(.choice, template, choice.row, place, choice.names.first)
      }
    }
    check(item, template.rows, template, at: place)
  }

  private mutating func check(_ parent: ContentItem, _ rows: [TemplateRow], _ template: Template, at place: [Int]) {
    for row in rows where findings.count < TemplateChecker.maximumFindings {
      let found = parent.children.enumerated().filter { row.matches($0.element) }
      check(parent, row, count: found.count, template, at: place)
      for (index, item) in found {
        let itemPlace = place + [index + 1]
        // An item by reference has neither type nor items of its own.
        if case .reference = item.value { continue }
        if item.relationship != row.relationship { tell(.relationship, template, row.row, itemPlace, item.name) }
        if let type = item.value.type, !row.types.contains(type) {
          tell(.valueType, template, row.row, itemPlace, item.name)
        }
        check(item, row.children, template, at: itemPlace)
        if let own = row.template(item) { check(item, own, at: itemPlace) }
      }
    }
  }

  private mutating func check(
    _ parent: ContentItem, _ row: TemplateRow, count: Int, _ template: Template, at place: [Int]
  ) {
    let isDue: Bool
    switch row.requirement {
    case .mandatory: isDue = true
    case .optional: isDue = false
    case .mandatoryIf(let holds): isDue = holds(parent)
    case .mandatoryOnlyIf(let holds):
      isDue = holds(parent)
      if !isDue, count > 0 { tell(.notAllowed, template, row.row, place, row.names.first) }
    }
    if isDue, count == 0 { tell(.missing, template, row.row, place, row.names.first) }
    if let most = row.most, count > most { tell(.tooMany, template, row.row, place, row.names.first) }
  }

  private mutating func tell(
    _ rule: TemplateFinding.Rule, _ template: Template, _ row: String, _ place: [Int], _ concept: CodedConcept?
  ) {
    findings.append(
      TemplateFinding(rule: rule, template: template.identifier, row: row, place: place, concept: concept))
  }
}
