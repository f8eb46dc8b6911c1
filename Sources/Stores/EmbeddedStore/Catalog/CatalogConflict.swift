public import ArchiveCore

/// A contradiction between what arrived and what was believed. It hides nothing: the images stay where searches find
/// them, under the first belief, until somebody settles it.
public struct CatalogConflict: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The study is known under another patient.
    case otherPatient
    /// The patient is known with another birth date.
    case birthDate
    /// The patient is known with another sex.
    case sex
    /// The patient is known by another name.
    case name

    /// What would settle it, for a person to accept or refuse.
    public var proposal: Proposal {
      switch self {
      case .otherPatient: .keepStudyWithFirstPatient
      case .birthDate, .sex: .splitPatient
      case .name: .keepFirstName
      }
    }
  }

  public enum Proposal: String, Hashable, Sendable {
    case keepStudyWithFirstPatient
    /// The number was given to two people.
    case splitPatient
    case keepFirstName
  }

  public var kind: Kind
  public var proposal: Proposal
  public var study: StudyUID
  /// Who the catalog believes the study is of.
  public var believed: PatientIdentity
  /// Who the object says it is of.
  public var stated: PatientIdentity
  /// The record that brought it to light.
  public var record: RecordID
  public var found: Instant

  public init(
    kind: Kind, proposal: Proposal, study: StudyUID, believed: PatientIdentity, stated: PatientIdentity,
    record: RecordID, found: Instant
  ) {
    self.kind = kind
    self.proposal = proposal
    self.study = study
    self.believed = believed
    self.stated = stated
    self.record = record
    self.found = found
  }
}
