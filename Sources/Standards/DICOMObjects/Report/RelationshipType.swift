/// How a content item relates to the one it stands under (PS3.3 §C.17.3.2.4).
public enum RelationshipType: String, Hashable, Sendable, CaseIterable {
  case contains = "CONTAINS"
  case hasObservationContext = "HAS OBS CONTEXT"
  case hasAcquisitionContext = "HAS ACQ CONTEXT"
  case hasConceptModifier = "HAS CONCEPT MOD"
  case hasProperties = "HAS PROPERTIES"
  case inferredFrom = "INFERRED FROM"
  case selectedFrom = "SELECTED FROM"
}
