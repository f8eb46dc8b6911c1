extension ElementParser {
  /// A data set, sequence or fragment sequence that is open.
  struct Level: Sendable {
    enum Kind: Sendable {
      case dataSet, item, sequence, fragments
    }

    var kind: Kind
    var encoding: Encoding
    /// Where it ends; `UInt64.max` for undefined length.
    var end: UInt64
    /// Elements of a data set or item.
    var elements: [DataElement] = []
    var isAscending = true
    /// Whether the encoding has been compared with the first element.
    var isChecked = false
    /// Whether Pixel Representation (0028,0103) makes `US or SS` signed.
    var isSigned = false
    /// What `EncodedForm` keeps of the elements of a data set or item.
    var undefinedSequences: [Tag] = []
    var unknownSequences: [Tag] = []
    var encapsulated: [Tag] = []
    /// Where the group ends that has a group length, and which it is; 0 without one.
    var groupEnd: UInt64 = 0
    var countedGroup: UInt16 = 0
    /// Whether the sequence travelled as UN.
    var isUnknown = false
    /// The sequence's own element and its items.
    var tag = Tag(rawValue: 0)
    var vr = VR.sq
    var items: [DataSet] = []
    /// Fragments of an encapsulated value.
    var offsetTable: [UInt64]?
    var fragments: [BulkReference] = []
    /// Fragments that begin with the first marker of a code stream.
    var marked: [Int] = []
  }
}
