public import DICOM

/// A deviation from the standard that was tolerated while an object was read.
public struct ObjectFinding: Hashable, Sendable, CustomStringConvertible {
  /// The deviations that are tolerated, by name.
  public enum Leniency: String, Hashable, Sendable, CaseIterable {
    /// A content item below the root says no Relationship Type (0040,A010); read as CONTAINS.
    case missingRelationshipType
    /// A content item says no Concept Name where the standard wants one (PS3.3 §C.17.3.2.1).
    case missingConceptName
    /// A coded entry lacks Code Meaning (0008,0104).
    case missingCodeMeaning
    /// A coded entry lacks Coding Scheme Designator (0008,0102); read as a code of nobody.
    case missingCodingScheme
    /// A sequence that must have one item has more; the first one counts.
    case surplusItems
    /// A sequence or value is empty that must not be; read as absent.
    case emptyValue
    /// A content item refers to one that is not there, or to one around itself (PS3.3 §C.17.3.2.5).
    case danglingReference
    /// A value type the standard does not have at this place; the item is kept without its value.
    case unknownValueType
    /// A value is not in the form of its VR or breaks a rule of the item; kept as it is.
    case malformedValue
    /// Text where a code belongs, or a code where text belongs.
    case unexpectedValueType
    /// A referenced instance stands in no evidence sequence.
    case referenceWithoutEvidence
    /// An attribute that the object needs is absent; a neutral value stands for it.
    case missingAttribute
  }

  public var leniency: Leniency
  public var path: TagPath

  public init(_ leniency: Leniency, path: TagPath) {
    self.leniency = leniency
    self.path = path
  }

  public var description: String { "\(leniency.rawValue) at \(path)" }
}
