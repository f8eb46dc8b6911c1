import ArgumentParser
import DICOM
import DIMSE

struct WorklistCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worklist", abstract: "Ask a DICOM node what is to be done (Modality Worklist, C-FIND).",
    discussion: """
      --date takes YYYYMMDD, a range YYYYMMDD-YYYYMMDD, or an open one. Further keys are attributes by keyword or tag,
      those of the step behind ScheduledProcedureStepSequence/0/. With --json each step is one line of DICOM JSON, with every
      attribute that the node gives; isocenter mpps create takes such a line.
      """)

  @OptionGroup var output: JSONOption
  @OptionGroup var options: PeerOptions
  @Option(name: .long, help: "AE title of the station that is to do it.")
  var station: String?
  @Option(name: .long, help: "Modality, such as CT.")
  var modality: String?
  @Option(name: .long, help: "Day it is to begin, or a range of days.")
  var date: String?
  @Option(name: .long, help: "Time of day it is to begin, or a range of times.")
  var time: String?
  @Option(name: .long, help: "Name of the patient; * and ? are wild cards.")
  var patient: String?
  @Option(name: .long, help: "Patient ID.")
  var patientID: String?
  @Option(name: .long, help: "Accession number.")
  var accession: String?
  @Option(name: .long, help: "Status of the step, such as COMPLETED; what is over is not given otherwise.")
  var status: String?
  @Option(name: .long, help: "Stop after so many steps.")
  var limit: Int?
  @Argument(help: "Further keys.")
  var keys: [String] = []

  private static let step = "ScheduledProcedureStepSequence/0/"

  /// What a person wants to see first.
  private static let shown = [
    step + "ScheduledProcedureStepStartDate", step + "ScheduledProcedureStepStartTime",
    step + "ScheduledStationAETitle", step + "Modality", "PatientName", "PatientID", "AccessionNumber",
    step + "ScheduledProcedureStepDescription", step + "ScheduledProcedureStepID",
  ]

  /// What a modality needs beside (PS3.4 Table K.6-1).
  private static let needed = [
    "PatientBirthDate", "PatientSex", "IssuerOfPatientID", "StudyInstanceUID", "ReferringPhysicianName",
    "RequestedProcedureID", "RequestedProcedureDescription", "RequestedProcedureCodeSequence",
    "ReferencedStudySequence", "ReferencedPatientSequence", step + "ScheduledPerformingPhysicianName",
    step + "ScheduledProtocolCodeSequence", step + "ScheduledStationName", step + "ScheduledProcedureStepLocation",
    step + "ScheduledProcedureStepStatus",
  ]

  func validate() throws {
    guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit takes 1 or more") }
  }

  /// The identifier: what is shown, and what is asked for.
  private func identifier() throws -> (dataSet: DataSet, shown: [TagPath]) {
    var asked = Self.shown
    if output.json { asked += Self.needed }
    let values: [(String, String?)] = [
      (Self.step + "ScheduledStationAETitle", station), (Self.step + "Modality", modality),
      (Self.step + "ScheduledProcedureStepStartDate", date), (Self.step + "ScheduledProcedureStepStartTime", time),
      (Self.step + "ScheduledProcedureStepStatus", status), ("PatientName", patient), ("PatientID", patientID),
      ("AccessionNumber", accession),
    ]
    asked += values.compactMap { key, value in value.map { "\(key)=\($0)" } }
    let read = try QueryKeys(asked + keys, level: "WORKLIST")
    var dataSet = read.dataSet
    // There are no levels here.
    dataSet[.queryRetrieveLevel] = nil
    return (dataSet, read.shown)
  }

  func run() async throws {
    let (keys, shown) = try identifier()
    try await PeerQuery(options: options, json: output.json, limit: limit).run(
      .modalityWorklistInformationModelFind, keys, showing: shown)
  }
}
