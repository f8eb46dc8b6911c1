import DICOM
import Workflow

/// The SOP classes that associations of ours ask for, with the occasion.
enum InitiatedServices {
  static let all: [ConformanceStatement.Initiated] =
    [
      service(.verification, "SCU", "a node is tried"),
      service("1.2.840.10008.5.1.4.1.2.2.1", "SCU", "another archive is asked too"),
      service("1.2.840.10008.5.1.4.1.2.2.2", "SCU", "what another archive has is retrieved"),
      service("1.2.840.10008.5.1.4.1.2.1.1", "SCU", "another archive is asked too"),
      service("1.2.840.10008.5.1.4.1.2.1.2", "SCU", "what another archive has is retrieved"),
      service(
        UID(rawValue: CommitmentTransaction.sopClass), "SCU", "somebody asks whether another archive keeps a study"),
      service(UID(rawValue: CommitmentTransaction.sopClass), "SCP", "the result of a commitment is reported"),
      service("1.2.840.10008.3.1.2.3.3", "SCU", "a performed step is forwarded"),
      service("1.2.840.10008.5.1.4.33", "SCU", "a study is complete"),
      service("1.2.840.10008.5.1.4.34.6.4", "SCP", "an event of a workitem is reported to who subscribed"),
    ]
    + StorageSOPClasses.all.map { service($0, "SCU", "C-MOVE, forwarding; a node is tried (Secondary Capture)") }

  private static func service(_ uid: UID, _ role: String, _ occasion: String) -> ConformanceStatement.Initiated {
    ConformanceStatement.Initiated(sopClass: .init(uid), role: role, occasion: occasion)
  }
}
