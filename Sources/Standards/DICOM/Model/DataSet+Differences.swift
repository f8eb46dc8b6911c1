/// Where two data sets differ, in content and not in encoding.
public struct DataSetDifference: Hashable, Sendable {
  public var path: TagPath
  /// What the first has there; nil when only the second has something.
  public var first: DataElement?
  public var second: DataElement?

  public init(path: TagPath, first: DataElement?, second: DataElement?) {
    self.path = path
    self.first = first
    self.second = second
  }
}

extension DataSet {
  /// Every place where the content differs, by the rules of `canonicallyEqual(to:bulk:)`, items by their number.
  ///
  /// An item that only one of the two has is told as its sequence with that item alone.
  ///
  /// - Parameter bulk: compares two values of which at least one is not held; without it they count as different.
  public func differences(
    from other: DataSet, bulk: (Value, Value) -> Bool = { _, _ in false }
  ) -> [DataSetDifference] {
    var found: [DataSetDifference] = []
    gatherDifferences(from: other, [], bulk, into: &found)
    return found
  }

  private func gatherDifferences(
    from other: DataSet, _ steps: [TagPath.Step], _ bulk: (Value, Value) -> Bool,
    into found: inout [DataSetDifference]
  ) {
    for tag in Set(map(\.tag)).union(other.map(\.tag)).sorted() {
      let (first, second) = (self[tag], other[tag])
      let left = single(first)
      let right = other.single(second)
      if left.canonicallyEqual(to: right, bulk: bulk) { continue }
      if first != nil, second != nil, left.isSequence(tag), right.isSequence(tag) {
        let (items, others) = (items(tag), other.items(tag))
        for index in 0..<Swift.max(items.count, others.count) {
          let step = TagPath.Step(sequence: tag, item: index)
          if index < items.count, index < others.count {
            items[index].gatherDifferences(from: others[index], steps + [step], bulk, into: &found)
          } else {
            let one = index < items.count ? DataElement(tag: tag, vr: .sq, value: .sequence([items[index]])) : nil
            let another = index < others.count ? DataElement(tag: tag, vr: .sq, value: .sequence([others[index]])) : nil
            found.append(DataSetDifference(path: TagPath(tag, in: steps + [step]), first: one, second: another))
          }
        }
      } else {
        found.append(DataSetDifference(path: TagPath(tag, in: steps), first: first, second: second))
      }
    }
  }

  /// One element by itself, decoded as in this data set.
  private func single(_ element: DataElement?) -> DataSet {
    var single = DataSet(element.map { [$0] } ?? [])
    if element?.tag != .specificCharacterSet { single.inheritedCharacterSet = characterSet }
    return single
  }

  private func isSequence(_ tag: Tag) -> Bool {
    guard let element = self[tag] else { return false }
    if case .sequence = element.value { return true }
    return element.vr == .un && element.interpretedVR == .sq
  }
}
