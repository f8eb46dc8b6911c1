import ArgumentParser
import DICOM

/// A Query/Retrieve information model and level as arguments (PS3.4 §C.6).
struct QueryOptions: ParsableArguments {
  enum Level: String, ExpressibleByArgument, CaseIterable {
    case patient, study, series, image
  }

  enum Model: String, ExpressibleByArgument, CaseIterable {
    case study, patient

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
      }
    }
  }

  @Option(name: .long, help: "What is looked for.")
  var level = Level.study
  @Option(name: .long, help: "The information model: study root or patient root. Patients are found in patient root.")
  var root: Model?

  var model: Model { root ?? (level == .patient ? .patient : .study) }
  var levelName: String { level.rawValue.uppercased() }

  func validate() throws {
    guard level != .patient || root != .study else {
      throw ValidationError("study root has no patient level; leave --root out")
    }
  }
}
