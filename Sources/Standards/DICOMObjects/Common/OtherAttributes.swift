public import DICOM

/// Attributes that an object has no property for, kept as they are.
///
/// Two are equal when their decoded content is: padding and encoding make no difference.
public struct OtherAttributes: Hashable, Sendable {
  public var dataSet: DataSet

  public init(_ dataSet: DataSet = DataSet()) {
    self.dataSet = dataSet
  }

  public static func == (left: OtherAttributes, right: OtherAttributes) -> Bool {
    left.dataSet.canonicallyEqual(to: right.dataSet) { $0 == $1 }
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(dataSet.map(\.tag)) }

  /// What a data set says of attributes that are written with a usual value unless they are here.
  init(_ dataSet: DataSet, unlike usual: [(tag: Tag, value: String)]) {
    self.init()
    for (tag, value) in usual {
      if let element = dataSet[tag], dataSet.string(tag) != value { self.dataSet.set(element) }
    }
  }
}
