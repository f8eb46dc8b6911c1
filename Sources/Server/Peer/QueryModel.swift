import ArgumentParser
import DICOM

/// A Query/Retrieve information model and level as arguments (PS3.4 §C.6).
struct QueryOptions: ParsableArguments {
  enum Level: String, ExpressibleByArgument, CaseIterable, Comparable {
    case patient, study, series, image

    static func < (left: Level, right: Level) -> Bool { left.depth < right.depth }
    private var depth: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  enum Model: String, ExpressibleByArgument, CaseIterable {
    case study, patient
    /// Retired; some old archives speak nothing else (PS3.4-2004 §C.6.3).
    case patientStudyOnly = "patient-study-only"

    enum Operation {
      case find, move, get
    }

    func sopClass(_ operation: Operation) -> UID {
      switch (self, operation) {
      case (.patient, .find): .patientRootQueryRetrieveInformationModelFind
      case (.patient, .move): .patientRootQueryRetrieveInformationModelMove
      case (.patient, .get): .patientRootQueryRetrieveInformationModelGet
      case (.study, .find): .studyRootQueryRetrieveInformationModelFind
      case (.study, .move): .studyRootQueryRetrieveInformationModelMove
      case (.study, .get): .studyRootQueryRetrieveInformationModelGet
      case (.patientStudyOnly, .find): .patientStudyOnlyQueryRetrieveInformationModelFind
      case (.patientStudyOnly, .move): .patientStudyOnlyQueryRetrieveInformationModelMove
      case (.patientStudyOnly, .get): .patientStudyOnlyQueryRetrieveInformationModelGet
      }
    }
  }

  @Option(name: .long, help: "What is looked for.")
  var level = Level.study
  @Option(
    name: .long,
    help: "The information model; patients are found in patient root. The last one is retired.")
  var root: Model?
  @Flag(name: .long, help: "Use the retired information model of patients and studies only.")
  var patientStudyOnly = false

  var model: Model { patientStudyOnly ? .patientStudyOnly : root ?? (level == .patient ? .patient : .study) }
  var levelName: String { level.rawValue.uppercased() }

  func validate() throws {
    guard level != .patient || root != .study else {
      throw ValidationError("study root has no patient level; leave --root out")
    }
    guard !patientStudyOnly || root == nil || root == .patientStudyOnly else {
      throw ValidationError("--patient-study-only is an information model; leave --root out")
    }
    guard model != .patientStudyOnly || level <= .study else {
      throw ValidationError("this information model has patients and studies only")
    }
  }
}
