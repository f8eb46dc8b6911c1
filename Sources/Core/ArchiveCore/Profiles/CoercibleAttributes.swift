public import DICOM

/// Which attributes a profile may coerce: words about patient, study, series and equipment. Nothing that identifies an
/// object, says where or which way round it is, or what its pixels mean.
public enum CoercibleAttributes {
  public static func contains(_ tag: Tag) -> Bool {
    guard groups.contains(tag.group), !excluded.contains(tag), let vr = DataDictionary.vr(tag) else { return false }
    return representations.contains(vr)
  }

  private static let groups: Set<UInt16> = [0x0008, 0x0010, 0x0018, 0x0020, 0x0032, 0x0038, 0x0040]
  private static let representations: Set<VR> = [.ae, .as, .cs, .da, .lo, .lt, .pn, .sh, .st, .tm, .uc, .ut]
  /// Character set, kind of image, and everything that tells left from right or how a patient lies.
  private static let excluded: Set<Tag> = [
    .specificCharacterSet, .imageType, .patientOrientation, .laterality, .imageLaterality, .patientPosition,
    .viewPosition, .positionReferenceIndicator, .completionFlag, .verificationFlag, .timezoneOffsetFromUTC,
    .measurementUnitsCodeSequence, .relationshipType, .valueType, .queryRetrieveLevel, .continuityOfContent,
  ]
}
