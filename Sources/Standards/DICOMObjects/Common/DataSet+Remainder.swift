import DICOM

/// What typed values leave of a data set, so that nothing is lost when it is written again.
extension DataSet {
  /// What another data set does not say: attributes it does not have, and those it only has empty; within items too, where
  /// both have as many of them.
  func remainder(without written: DataSet) -> DataSet {
    var rest = self
    for element in written {
      guard let own = self[element.tag], !element.value.isEmpty || own.value.isEmpty else { continue }
      guard case .sequence(let items) = own.value, case .sequence(let theirs) = element.value else {
        rest[element.tag] = nil
        continue
      }
      guard items.count == theirs.count else { continue }
      let left = zip(items, theirs).map { $0.remainder(without: $1) }
      if left.allSatisfy(\.isEmpty) { rest[element.tag] = nil } else { rest.set(element.tag, items: left) }
    }
    return rest
  }

  /// Adds a remainder: what is said here already stays.
  mutating func complete(with rest: DataSet) {
    for element in rest {
      if case .sequence(let theirs) = element.value, case .sequence(var items)? = self[element.tag]?.value,
        items.count == theirs.count
      {
        for index in items.indices { items[index].complete(with: theirs[index]) }
        set(element.tag, items: items)
      } else if case .sequence = element.value {
        set(element)
      } else if self[element.tag]?.value.isEmpty ?? true {
        set(element)
      }
    }
  }
}
