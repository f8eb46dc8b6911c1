import ArchiveCore
import DICOM
import DIMSE

/// Which presentation contexts we accept and with which transfer syntax (PS3.8 §9.3.3.2).
enum ServiceContexts {
  static let verification: UID = .verification

  /// The Query/Retrieve information models we serve (PS3.4 §C.6).
  enum Model: Sendable {
    case patientRoot
    case studyRoot
    /// Retired, without series and images (PS3.4-2004 §C.6.3).
    case patientStudyOnly

    /// The levels that can be asked for, by their names in Query/Retrieve Level (0008,0052).
    var levels: [(name: String, level: Query.Level)] {
      switch self {
      case .patientRoot: [("PATIENT", .patient), ("STUDY", .study), ("SERIES", .series), ("IMAGE", .instance)]
      case .studyRoot: [("STUDY", .study), ("SERIES", .series), ("IMAGE", .instance)]
      case .patientStudyOnly: [("PATIENT", .patient), ("STUDY", .study)]
      }
    }

    /// The unique keys of the levels above one (PS3.4 §C.6.1.1, §C.6.2.1).
    func uniqueKeys(above level: Query.Level) -> [Tag] {
      let keys: [(level: Query.Level, tag: Tag)] = [
        (.patient, .patientID), (.study, .studyInstanceUID), (.series, .seriesInstanceUID),
      ]
      return keys.filter { key in key.level < level && levels.contains { $0.level == key.level } }.map(\.tag)
    }
  }

  static let find: [UID: Model] = [
    "1.2.840.10008.5.1.4.1.2.1.1": .patientRoot, "1.2.840.10008.5.1.4.1.2.2.1": .studyRoot,
    "1.2.840.10008.5.1.4.1.2.3.1": .patientStudyOnly,
  ]
  static let move: [UID: Model] = [
    "1.2.840.10008.5.1.4.1.2.1.2": .patientRoot, "1.2.840.10008.5.1.4.1.2.2.2": .studyRoot,
    "1.2.840.10008.5.1.4.1.2.3.2": .patientStudyOnly,
  ]
  static let get: [UID: Model] = [
    "1.2.840.10008.5.1.4.1.2.1.3": .patientRoot, "1.2.840.10008.5.1.4.1.2.2.3": .studyRoot,
    "1.2.840.10008.5.1.4.1.2.3.3": .patientStudyOnly,
  ]

  /// Whether we take objects of a class: every standard storage class, those that are retired by now, in which older
  /// archives keep images, and every class that is not the standard's own, since a vendor's private objects are images
  /// of a patient as well.
  static func isStorage(_ sopClass: UID) -> Bool {
    StorageSOPClasses.contains(sopClass) || !sopClass.rawValue.hasPrefix("1.2.840.10008.")
      || isRetiredStorage(sopClass)
  }

  private static func isRetiredStorage(_ sopClass: UID) -> Bool {
    sopClass.rawValue.hasPrefix("1.2.840.10008.5.1.4.1.1.") && UIDRegistry.entry(sopClass)?.isRetired == true
  }

  /// The Storage Service Class (PS3.6 Table A-1).
  static let storageServiceClass: UID = "1.2.840.10008.4.2"

  /// Classes that a requestor says to be storage: those of a newer edition of the standard, for which SOP Class Common
  /// Extended Negotiation is made (PS3.7 §D.3.3.6, PS3.4 §B.3.1.4).
  static func announcedStorage(in request: AssociateRequest) -> Set<UID> {
    Set(
      request.userInformation.commonExtendedNegotiations
        .filter { $0.serviceClass == storageServiceClass && !isQuery($0.sopClass) }.map(\.sopClass))
  }

  private static func isQuery(_ sopClass: UID) -> Bool {
    sopClass == verification || find[sopClass] != nil || move[sopClass] != nil || get[sopClass] != nil
  }

  /// - Parameters:
  ///   - announced: classes of storage beyond those we know.
  ///   - served: classes of other services.
  ///   - preferred: transfer syntaxes of instances that are taken before any other, best first.
  static func choice(
    _ proposal: PresentationContextProposal, announced: Set<UID> = [], served: Set<UID> = [], preferred: [UID] = []
  ) -> PresentationContextResult.Choice {
    let proposed = proposal.transferSyntaxes.map { TransferSyntax(uid: $0) }
    if isStorage(proposal.abstractSyntax) || announced.contains(proposal.abstractSyntax) {
      if let best = preferred.first(where: proposal.transferSyntaxes.contains) { return .accept(best) }
      guard let chosen = storageSyntax(among: proposed) else { return .refuse(.transferSyntaxesNotSupported) }
      return .accept(chosen.uid)
    }
    guard isQuery(proposal.abstractSyntax) || served.contains(proposal.abstractSyntax) else {
      return .refuse(.abstractSyntaxNotSupported)
    }
    for preferred in [TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian] where proposed.contains(preferred)
    {
      return .accept(preferred.uid)
    }
    return .refuse(.transferSyntaxesNotSupported)
  }

  /// What the sender names first is what it most likely holds; asking for anything else may make it decompress. Among the
  /// uncompressed ones explicit little endian says most about the data.
  private static func storageSyntax(among proposed: [TransferSyntax]) -> TransferSyntax? {
    guard let first = proposed.first else { return nil }
    if first.isEncapsulated || first.isDeflated { return first }
    return proposed.contains(.explicitVRLittleEndian) ? .explicitVRLittleEndian : first
  }
}
