public import DICOM

/// A recording over time: an electrocardiogram, a pressure curve, sound (PS3.3 §A.34, §C.10).
public struct Waveform: DICOMObject {
  public var header: ObjectHeader
  public var sopClass: UID
  public var modality: String
  /// Acquisition DateTime (0008,002A), DT.
  public var acquisitionDateTime: String
  public var groups: [WaveformGroup]
  /// What was tolerated while reading; plays no part in equality.
  public private(set) var findings: [ObjectFinding] = []

  public init(
    header: ObjectHeader, sopClass: UID, modality: String, acquisitionDateTime: String, groups: [WaveformGroup]
  ) {
    self.header = header
    self.sopClass = sopClass
    self.modality = modality
    self.acquisitionDateTime = acquisitionDateTime
    self.groups = groups
  }

  /// Whether a SOP class is of the waveform family.
  public static func isWaveform(_ sopClass: UID) -> Bool {
    sopClass.rawValue.hasPrefix("1.2.840.10008.5.1.4.1.1.9.")
  }

  public init(dataSet: DataSet) throws(ObjectError) {
    let reader = ItemReader(dataSet)
    sopClass = try reader.requiredUID(.sopClassUID)
    guard Waveform.isWaveform(sopClass) else { throw reader.error(.wrongSOPClass, .sopClassUID, "a waveform") }
    header = ObjectHeader(reader)
    modality = reader.string(.modality) ?? ""
    acquisitionDateTime = reader.string(.acquisitionDateTime) ?? ""
    groups = try reader.values(.waveformSequence)
    guard !groups.isEmpty else { throw reader.error(.missingAttribute, .waveformSequence, "at least one item") }
    findings = reader.log.findings
  }

  public func dataSet() throws(ObjectError) -> DataSet {
    var writer = ItemWriter()
    guard Waveform.isWaveform(sopClass) else { throw writer.error(.wrongSOPClass, .sopClassUID, "a waveform") }
    guard !groups.isEmpty else { throw writer.error(.missingAttribute, .waveformSequence, "at least one item") }
    try header.write(to: &writer, sopClass: sopClass, modality: modality)
    try writer.put(.acquisitionDateTime, text: acquisitionDateTime)
    writer.putNoItems(.acquisitionContextSequence)
    try writer.put(.waveformSequence, items: groups)
    return writer.finished()
  }

  public static func == (left: Waveform, right: Waveform) -> Bool {
    left.header == right.header && left.sopClass == right.sopClass && left.modality == right.modality
      && left.acquisitionDateTime == right.acquisitionDateTime && left.groups == right.groups
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(header)
    hasher.combine(groups)
  }
}
