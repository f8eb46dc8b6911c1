/// A private attribute by the name of its creator, wherever its block lies in a data set (PS3.5 §7.8.1).
public struct PrivateTag: Hashable, Sendable, CustomStringConvertible {
  /// Value of the private creator element, padding removed.
  public var creator: String
  /// An odd group.
  public var group: UInt16
  /// The last two digits of the element number.
  public var element: UInt8

  public init(_ creator: String, _ group: UInt16, _ element: UInt8) {
    self.creator = creator
    self.group = group
    self.element = element
  }

  /// The tag in a block, 10 to FF.
  func tag(inBlock block: UInt8) -> Tag {
    Tag(group, UInt16(block) << 8 | UInt16(element))
  }

  public var description: String {
    let digits = Tag(group, UInt16(element)).hex
    return "(\(digits.prefix(4)),\"\(creator)\",\(digits.suffix(2)))"
  }
}

/// Private attributes and the blocks their creators have reserved (PS3.5 §7.8.1).
extension DataSet {
  private static let blocks: ClosedRange<UInt8> = 0x10...0xFF

  /// The creator of the block that a private element lies in; nil when nobody has reserved it.
  public func privateCreator(of tag: Tag) -> String? {
    guard tag.isPrivate, tag.element >= 0x1000 else { return nil }
    return string(Tag(tag.group, tag.element >> 8))
  }

  /// The creator, group and element by which a private tag of this data set is known elsewhere.
  public func privateTag(_ tag: Tag) -> PrivateTag? {
    privateCreator(of: tag).map { PrivateTag($0, tag.group, UInt8(truncatingIfNeeded: tag.element)) }
  }

  /// The first block of a group that the creator has reserved.
  public func privateBlock(of creator: String, in group: UInt16) -> UInt8? {
    DataSet.blocks.first { string(Tag(group, UInt16($0))) == creator }
  }

  /// Where a private attribute lies here; nil when its creator has no block. A creator may have reserved several blocks, of
  /// which the one with the attribute counts.
  public func tag(of attribute: PrivateTag) -> Tag? {
    let tags = DataSet.blocks.lazy
      .filter { string(Tag(attribute.group, UInt16($0))) == attribute.creator }
      .map { attribute.tag(inBlock: $0) }
    return tags.first(where: contains) ?? tags.first
  }

  public subscript(attribute: PrivateTag) -> DataElement? {
    tag(of: attribute).flatMap { self[$0] }
  }

  /// The tag to set a private attribute under: in its creator's block, which is reserved when there is none.
  ///
  /// - Returns: nil when the group is even or 0001 to 0007, or no block is free.
  public mutating func reserve(_ attribute: PrivateTag) -> Tag? {
    if let tag = tag(of: attribute) { return tag }
    guard attribute.group % 2 == 1, attribute.group > 0x0008, attribute.group < 0xFFFF,
      let free = DataSet.blocks.first(where: { isFree($0, in: attribute.group) })
    else { return nil }
    set(Tag(attribute.group, UInt16(free)), .lo, attribute.creator)
    return attribute.tag(inBlock: free)
  }

  /// Whether a block has neither a creator nor elements that lost theirs.
  private func isFree(_ block: UInt8, in group: UInt16) -> Bool {
    !contains(Tag(group, UInt16(block)))
      && !contains { $0.tag.group == group && $0.tag.element >> 8 == UInt16(block) }
  }
}
