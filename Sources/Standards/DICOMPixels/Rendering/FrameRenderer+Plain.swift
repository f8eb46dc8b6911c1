public import DICOM

extension FrameRenderer {
  /// Whether a picture of the image is its samples and nothing else, so that a stored frame that is a picture itself can
  /// be shown as it is: no table, window, padding, profile, shutter or shape of its pixels would change it.
  public static func showsSamplesAsTheyAre(_ header: DataSet) -> Bool {
    guard DisplayShutter(header, frameNumber: 1) == nil, !header.contains(.perFrameFunctionalGroupsSequence),
      ColorProfile.of(header) == nil, !header.holdsProfileElsewhere,
      PixelAspect.of(header, frameNumber: 1) == 1
    else { return false }
    let photometric = header.string(.photometricInterpretation)?.uppercased() ?? ""
    guard photometric != "MONOCHROME1", photometric != "PALETTE COLOR" else { return false }
    guard photometric == "MONOCHROME2" else { return true }
    let changing: [Tag] = [
      .windowCenter, .voilutSequence, .modalityLUTSequence, .presentationLUTSequence, .pixelPaddingValue,
      .redPaletteColorLookupTableDescriptor, .perFrameFunctionalGroupsSequence, .sharedFunctionalGroupsSequence,
    ]
    // A rescale without a window spreads the same values over the same levels.
    return header.int(.bitsStored) == 8 && (header.double(.rescaleSlope) ?? 1) > 0
      && !changing.contains(where: header.contains)
      && header.string(.presentationLUTShape)?.uppercased() != "INVERSE"
  }
}

extension DataSet {
  /// Whether a profile was left in the stored object.
  fileprivate var holdsProfileElsewhere: Bool {
    for place in [self] + items(.opticalPathSequence).prefix(1) {
      if case .bulk? = place[.iccProfile]?.value { return true }
    }
    return false
  }
}
