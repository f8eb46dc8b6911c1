/// In which form an object reaches the archive.
public enum IncomingForm: Sendable {
  /// A Part 10 file (PS3.10 §7.1): kept byte for byte.
  case part10
  /// A bare data set with what the C-STORE request said of it (PS3.7 §9.1.1); we put a Part 10 prefix before it.
  case dataSet(transferSyntax: String, sopClass: String, instance: String, callingAETitle: String?)
}

/// What became of an object that arrived.
public struct IngestOutcome: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case stored
    /// The same content was here already: a no-op.
    case alreadyStored
    /// Another content is known by this SOP Instance UID; this one is kept under its digest, out of searches.
    case quarantined
  }

  public var kind: Kind
  public var sopClass: String
  public var study: StudyUID
  public var series: SeriesUID
  public var instance: InstanceUID
  public var record: RecordID
  public var bytes: UInt64
}

/// An object whose bytes are in the container but not yet acknowledged.
public struct StagedInstance: Sendable {
  public var sopClass: String
  public var instance: InstanceUID
  let entry: InstanceEntry
}
