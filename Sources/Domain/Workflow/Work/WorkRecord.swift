public import ArchiveCore
public import DICOM

/// An object that people and machines work by: what is to be done, or what was done (PS3.4 Annexes F, J, K, CC).
///
/// The attributes are the truth, every text of them in UTF-8; state and fields are what is searched for most.
public struct WorkRecord: Hashable, Sendable {
  public var kind: WorkKind
  /// SOP Instance UID; a UID of ours for a scheduled step, which is no SOP instance.
  public var item: WorkUID
  /// Counts the changes, 0 before it is kept. What was decided against another version is refused: two who claim the same
  /// need no lock to be told apart.
  public var version: Int64
  public var site: SiteID
  public var state: WorkState
  public var changedAt: Instant
  public var attributes: DataSet

  /// - Parameter attributes: in any character set.
  public init(
    kind: WorkKind, item: WorkUID, version: Int64 = 0, site: SiteID, state: WorkState, changedAt: Instant,
    attributes: DataSet
  ) {
    self.kind = kind
    self.item = item
    self.version = version
    self.site = site
    self.state = state
    self.changedAt = changedAt
    self.attributes = attributes
    self.attributes.transcodeToUTF8()
  }

  public var fields: WorkFields { WorkFields(of: attributes, kind) }
}

/// What objects to work by are searched for by most.
public struct WorkFields: Hashable, Sendable {
  public var study: String?
  public var accessionNumber: String?
  public var patientID: String?
  /// The AE title of whoever does it.
  public var station: String?
  /// When it is to begin, or began: a DICOM date and time without offset, `YYYYMMDDHHMMSS`; as much of it as is known,
  /// empty when nothing is.
  public var start: String

  init(of attributes: DataSet, _ kind: WorkKind) {
    func text(_ tag: Tag, in part: DataSet?) -> String? {
      part?.string(tag).map(MatchingText.normalised).flatMap { $0.isEmpty ? nil : $0 }
    }
    patientID = text(.patientID, in: attributes)
    switch kind {
    case .scheduledStep:
      let step = attributes.items(.scheduledProcedureStepSequence).first
      study = text(.studyInstanceUID, in: attributes)
      accessionNumber = text(.accessionNumber, in: attributes)
      station = text(.scheduledStationAETitle, in: step)
      start = WorkFields.moment(
        text(.scheduledProcedureStepStartDate, in: step), text(.scheduledProcedureStepStartTime, in: step))
    case .performedStep:
      let step = attributes.items(.scheduledStepAttributesSequence).first
      study = text(.studyInstanceUID, in: step)
      accessionNumber = text(.accessionNumber, in: step)
      station = text(.performedStationAETitle, in: attributes)
      start = WorkFields.moment(
        text(.performedProcedureStepStartDate, in: attributes),
        text(.performedProcedureStepStartTime, in: attributes))
    case .workitem:
      study = text(.studyInstanceUID, in: attributes)
      accessionNumber = text(.accessionNumber, in: attributes.items(.referencedRequestSequence).first)
      station = nil
      start = WorkFields.digits(text(.scheduledProcedureStepStartDateTime, in: attributes) ?? "", 14)
    case .commitment:
      study = text(.studyInstanceUID, in: attributes)
      accessionNumber = nil
      station = text(.retrieveAETitle, in: attributes)
      start = ""
    }
  }

  /// A time without its date says nothing.
  private static func moment(_ date: String?, _ time: String?) -> String {
    guard let date else { return "" }
    let day = digits(date, 8)
    return day.utf8.count == 8 ? day + digits(time ?? "", 6) : day
  }

  /// The digits at the beginning, at most so many; the points of old dates and the colons of old times are passed over.
  static func digits(_ text: String, _ most: Int) -> String {
    var found: [UInt8] = []
    for byte in text.utf8 where found.count < most {
      switch byte {
      case 0x30...0x39: found.append(byte)
      case 0x2E where found.count <= 6 && most == 8, 0x3A: continue
      default: return String(decoding: found, as: UTF8.self)
      }
    }
    return String(decoding: found, as: UTF8.self)
  }
}
