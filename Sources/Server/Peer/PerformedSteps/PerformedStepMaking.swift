import ArchiveCore
import DICOM
import Foundation

/// The attribute lists that a modality sends of a performed step (PS3.4 Table F.7.2-1).
enum PerformedStepMaking {
  /// What a modality says when it begins.
  ///
  /// - Parameters:
  ///   - item: the worklist item that is performed; an empty one for work that nobody has scheduled.
  ///   - moment: when it begins, `YYYYMMDDHHMMSS`.
  static func creation(
    of item: DataSet, id: String, station: String, modality: String?, at moment: String, study: String
  ) -> DataSet {
    let step = item.items(.scheduledProcedureStepSequence).first ?? DataSet()
    var scheduled = DataSet()
    scheduled.set(.studyInstanceUID, item.string(.studyInstanceUID).flatMap { $0.isEmpty ? nil : $0 } ?? study)
    scheduled.take(
      [.referencedStudySequence, .accessionNumber, .requestedProcedureID, .requestedProcedureDescription], of: item)
    scheduled.take(
      [.scheduledProcedureStepID, .scheduledProcedureStepDescription, .scheduledProtocolCodeSequence], of: step)
    var made = DataSet()
    made.transcodeToUTF8()
    made.set(.scheduledStepAttributesSequence, items: [scheduled])
    made.take(
      [.patientName, .patientID, .issuerOfPatientID, .patientBirthDate, .patientSex, .referencedPatientSequence],
      of: item)
    made.set(.performedProcedureStepID, id)
    made.set(.performedStationAETitle, station)
    made.set(.performedProcedureStepStartDate, String(moment.prefix(8)))
    made.set(.performedProcedureStepStartTime, String(moment.dropFirst(8)))
    made.set(.performedProcedureStepStatus, "IN PROGRESS")
    made.set(
      .modality, modality ?? step.string(.modality).flatMap { $0.isEmpty ? nil : $0 } ?? "OT")
    made.set(.performedProcedureStepDescription, step.string(.scheduledProcedureStepDescription) ?? "")
    for tag in [
      Tag.performedStationName, .performedLocation, .performedProcedureTypeDescription,
      .performedProcedureStepEndDate, .performedProcedureStepEndTime, .studyID,
    ] {
      made.set(tag, "")
    }
    for tag in [Tag.procedureCodeSequence, .performedProtocolCodeSequence, .performedSeriesSequence] {
      made.set(tag, items: [])
    }
    return made
  }

  /// What it says when it ends.
  ///
  /// - Parameter series: of Performed Series Sequence.
  static func ending(as status: String, at moment: String, series: [DataSet]) -> DataSet {
    var made = DataSet()
    made.set(.performedProcedureStepStatus, status)
    made.set(.performedProcedureStepEndDate, String(moment.prefix(8)))
    made.set(.performedProcedureStepEndTime, String(moment.dropFirst(8)))
    made.set(.performedSeriesSequence, items: series)
    return made
  }

  /// Items of Performed Series Sequence for images that were made.
  ///
  /// - Parameter headers: of the images.
  static func series(of headers: [DataSet], retrieveFrom title: String) -> [DataSet] {
    var items: [String: DataSet] = [:]
    var order: [String] = []
    for header in headers {
      guard let uid = header.string(.seriesInstanceUID), let sopClass = header.string(.sopClassUID),
        let instance = header.string(.sopInstanceUID)
      else { continue }
      if items[uid] == nil {
        order.append(uid)
        var item = DataSet()
        item.set(.seriesInstanceUID, uid)
        item.take([.performingPhysicianName, .operatorsName, .seriesDescription], of: header)
        item.set(.protocolName, header.string(.protocolName).flatMap { $0.isEmpty ? nil : $0 } ?? "unknown")
        item.set(.retrieveAETitle, title)
        item.set(.referencedImageSequence, items: [])
        item.set(.referencedNonImageCompositeSOPInstanceSequence, items: [])
        items[uid] = item
      }
      var reference = DataSet()
      reference.set(.referencedSOPClassUID, sopClass)
      reference.set(.referencedSOPInstanceUID, instance)
      let isImage = header.contains(.rows) || header.contains(.pixelData)
      let tag: Tag = isImage ? .referencedImageSequence : .referencedNonImageCompositeSOPInstanceSequence
      let references = (items[uid]?.items(tag) ?? []) + [reference]
      items[uid]?.set(tag, items: references)
    }
    return order.compactMap { items[$0] }
  }

  /// A moment as DICOM writes date and time, in the zone of this machine.
  static func text(of instant: Instant) -> String {
    let date = Date(timeIntervalSince1970: TimeInterval(instant.seconds))
    let parts = Calendar(identifier: .gregorian).dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: date)
    func digits(_ number: Int?, _ count: Int) -> String {
      let text = String(number ?? 0)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return digits(parts.year, 4)
      + [parts.month, parts.day, parts.hour, parts.minute, parts.second].map { digits($0, 2) }.joined()
  }
}

extension DataSet {
  /// Takes over attributes, in UTF-8; empty where the other has none.
  fileprivate mutating func take(_ tags: [Tag], of other: DataSet) {
    var other = other
    other.transcodeToUTF8()
    for tag in tags {
      let vr = DataDictionary.vr(tag) ?? .lo
      set(other[tag] ?? DataElement(tag: tag, vr: vr, value: vr == .sq ? .sequence([]) : .empty))
    }
  }
}
