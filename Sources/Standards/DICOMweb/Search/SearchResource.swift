public import DICOM

/// What a search is for (PS3.18 Table 10.6.1-1): the level of its results and whether the path named their parents.
public struct SearchResource: Hashable, Sendable {
  public enum Level: Int, Hashable, Sendable, Comparable {
    case study, series, instance
    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// What a result is.
  public var level: Level
  /// The lowest level that the path names; `nil` for `/studies`, `/series` and `/instances`.
  public var parent: Level?

  public init(_ level: Level, within parent: Level? = nil) {
    self.level = level
    self.parent = parent
  }

  /// The attributes that every result holds if they have a value (PS3.18 Tables 10.6.3-3 to -5), those of the levels
  /// above that the path does not name included, and always the UIDs that say where the result belongs.
  public var defaultReturnAttributes: Set<Tag> {
    var tags: Set<Tag> = [.specificCharacterSet, .timezoneOffsetFromUTC, .retrieveURL, .studyInstanceUID]
    if level == .study || parent == nil { tags.formUnion(Self.study) }
    if level >= .series { tags.insert(.seriesInstanceUID) }
    if level == .series || (level == .instance && parent != .series) { tags.formUnion(Self.series) }
    if level == .instance { tags.formUnion(Self.instance) }
    return tags
  }

  /// All the attributes a result shows; `nil` for all there are.
  public func returnAttributes(_ request: SearchRequest) -> Set<Tag>? {
    guard !request.includesAll else { return nil }
    return defaultReturnAttributes.union(request.includes.map(\.outermost))
      .union(request.matches.map(\.path.outermost))
  }

  static let study: Set<Tag> = [
    .studyDate, .studyTime, .accessionNumber, .instanceAvailability, .modalitiesInStudy, .referringPhysicianName,
    .patientName, .patientID, .patientBirthDate, .patientSex, .studyInstanceUID, .studyID,
    .numberOfStudyRelatedSeries, .numberOfStudyRelatedInstances,
  ]

  static let series: Set<Tag> = [
    .modality, .seriesDescription, .seriesInstanceUID, .seriesNumber, .numberOfSeriesRelatedInstances,
    .performedProcedureStepStartDate, .performedProcedureStepStartTime, .requestAttributesSequence,
  ]

  static let instance: Set<Tag> = [
    .sopClassUID, .sopInstanceUID, .instanceAvailability, .instanceNumber, .rows, .columns, .bitsAllocated,
    .numberOfFrames,
  ]
}
