public import DICOM

/// The value of a content item, by its value type (PS3.3 §C.17.3.2.1).
public enum ContentValue: Hashable, Sendable {
  case text(String)
  /// A measured value, or the reason why there is none.
  case numeric(NumericValue)
  case code(CodedConcept)
  /// DA, `YYYYMMDD`.
  case date(String)
  /// TM, `HHMMSS.FFFFFF`.
  case time(String)
  /// DT, `YYYYMMDDHHMMSS.FFFFFF&ZZXX`.
  case dateTime(String)
  case uidReference(UID)
  case personName(PersonName)
  case composite(InstanceReference)
  case image(ImageReference)
  case waveform(WaveformReference)
  case spatialCoordinates(SpatialCoordinates)
  case spatialCoordinates3D(SpatialCoordinates3D)
  case temporalCoordinates(TemporalCoordinates)
  case container(Continuity)
  case table(TabulatedValues)
  /// The item is another one of this tree, named by its place: the root is `[1]`, its second child `[1, 2]`
  /// (Referenced Content Item Identifier, PS3.3 §C.17.3.2.5).
  case reference([Int])
  /// A value of a type that is not known, or that is absent; read, never written.
  case unknown(String)

  /// Continuity of Content (0040,A050).
  public enum Continuity: String, Hashable, Sendable {
    case separate = "SEPARATE"
    case continuous = "CONTINUOUS"
  }

  /// Nil for an item by reference and one of an unknown type.
  public var type: ValueType? {
    switch self {
    case .text: .text
    case .numeric: .numeric
    case .code: .code
    case .date: .date
    case .time: .time
    case .dateTime: .dateTime
    case .uidReference: .uidReference
    case .personName: .personName
    case .composite: .composite
    case .image: .image
    case .waveform: .waveform
    case .spatialCoordinates: .spatialCoordinates
    case .spatialCoordinates3D: .spatialCoordinates3D
    case .temporalCoordinates: .temporalCoordinates
    case .container: .container
    case .table: .table
    case .reference, .unknown: nil
    }
  }

  /// The instance the value refers to.
  public var referencedInstance: InstanceReference? {
    switch self {
    case .composite(let reference): reference
    case .image(let reference): reference.instance
    case .waveform(let reference): reference.instance
    default: nil
    }
  }

  public var text: String? { if case .text(let text) = self { text } else { nil } }
  public var code: CodedConcept? { if case .code(let code) = self { code } else { nil } }
  public var numeric: NumericValue? { if case .numeric(let value) = self { value } else { nil } }
  public var uid: UID? { if case .uidReference(let uid) = self { uid } else { nil } }
  public var image: ImageReference? { if case .image(let image) = self { image } else { nil } }
}
