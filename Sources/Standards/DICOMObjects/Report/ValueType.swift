/// What kind of value a content item has (PS3.3 §C.17.3.2.1, Table C.17.3-7).
public enum ValueType: String, Hashable, Sendable, CaseIterable {
  case text = "TEXT"
  case numeric = "NUM"
  case code = "CODE"
  case date = "DATE"
  case time = "TIME"
  case dateTime = "DATETIME"
  case uidReference = "UIDREF"
  case personName = "PNAME"
  case composite = "COMPOSITE"
  case image = "IMAGE"
  case waveform = "WAVEFORM"
  case spatialCoordinates = "SCOORD"
  case spatialCoordinates3D = "SCOORD3D"
  case temporalCoordinates = "TCOORD"
  case container = "CONTAINER"
  case table = "TABLE"
}
