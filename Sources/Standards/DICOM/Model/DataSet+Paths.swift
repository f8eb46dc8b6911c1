extension DataSet {
  /// The element at a place in nested sequences; nil when there is none.
  public func element(at path: TagPath) -> DataElement? {
    dataSet(at: path.steps[...])?[path.tag]
  }

  /// The item that steps lead to, with the character set that holds there.
  public func item(at steps: [TagPath.Step]) -> DataSet? {
    dataSet(at: steps[...])
  }

  private func dataSet(at steps: ArraySlice<TagPath.Step>) -> DataSet? {
    guard let step = steps.first else { return self }
    let items = items(step.sequence)
    guard items.indices.contains(step.item) else { return nil }
    return items[step.item].dataSet(at: steps.dropFirst())
  }
}

extension TagPath {
  /// Reads a path as a person writes it: tags or keywords with item numbers between them, as in
  /// `RequestAttributesSequence/0/ScheduledProcedureStepID` or `00400275/0/00400009`.
  public init?(selector text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).enumerated().map { index, part in
      index % 2 == 0 ? Tag(String(part))?.hex ?? String(part) : String(part)
    }
    self.init(parts.joined(separator: "/"))
  }
}
