/// A data set: data elements in ascending order of tag, each tag at most once (PS3.5 §7.1).
///
/// Text values stay in the repertoire they arrived in; the accessors decode them by Specific Character Set
/// (0008,0005). An item reached through `items(_:)` inherits the character set of the data set around it unless it
/// declares one (PS3.3 §C.12.1.1.2).
public struct DataSet: Sendable {
  /// Ascending, without duplicates.
  @usableFromInline internal var elements: [DataElement]
  /// The character set of the data set around this item; carries no content and takes no part in `==`.
  var inheritedCharacterSet: SpecificCharacterSet?
  /// How it was encoded; carries no content and takes no part in `==`.
  var form: EncodedForm?

  public init() {
    elements = []
  }

  /// Any order; of elements with the same tag the last one stays.
  public init(_ elements: some Sequence<DataElement>) {
    self.init(unordered: Array(elements))
  }

  /// Elements already in strictly ascending order of tag.
  init(ascending elements: [DataElement]) {
    self.elements = elements
  }

  init(unordered: [DataElement]) {
    let order = unordered.indices.sorted {
      (unordered[$0].tag, $0) < (unordered[$1].tag, $1)
    }
    elements = []
    elements.reserveCapacity(order.count)
    for index in order {
      if elements.last?.tag == unordered[index].tag { elements.removeLast() }
      elements.append(unordered[index])
    }
  }

  public subscript(tag: Tag) -> DataElement? {
    get {
      let position = position(of: tag)
      guard position < elements.count, elements[position].tag == tag else { return nil }
      return elements[position]
    }
    set {
      let position = position(of: tag)
      let isPresent = position < elements.count && elements[position].tag == tag
      switch (newValue, isPresent) {
      case (nil, true): elements.remove(at: position)
      case (nil, false): break
      case (var element?, true):
        element.tag = tag
        elements[position] = element
      case (var element?, false):
        element.tag = tag
        elements.insert(element, at: position)
      }
    }
  }

  /// Replaces or adds the element under its own tag.
  public mutating func set(_ element: DataElement) {
    self[element.tag] = element
  }

  public func contains(_ tag: Tag) -> Bool {
    let position = position(of: tag)
    return position < elements.count && elements[position].tag == tag
  }

  public mutating func removeAll(where matches: (DataElement) throws -> Bool) rethrows {
    try elements.removeAll(where: matches)
  }

  /// The index of the first element whose tag is not below `tag`.
  private func position(of tag: Tag) -> Int {
    var low = 0
    var high = elements.count
    while low < high {
      let middle = low &+ (high &- low) / 2
      if elements[middle].tag < tag { low = middle &+ 1 } else { high = middle }
    }
    return low
  }
}

extension DataSet: Hashable {
  public static func == (left: DataSet, right: DataSet) -> Bool {
    left.elements == right.elements
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(elements) }
}

extension DataSet: CustomStringConvertible {
  public var description: String { elements.description }
}

extension DataSet: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { elements.count }
  public subscript(position: Int) -> DataElement { elements[position] }
}
