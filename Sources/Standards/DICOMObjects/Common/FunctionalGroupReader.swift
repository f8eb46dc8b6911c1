import DICOM

/// The functional groups of a multi-frame object: per frame first, then shared (PS3.3 §C.7.6.16.1.1).
struct FunctionalGroupReader {
  /// Most frames an object may have.
  static let maximumFrames = 1_000_000

  let root: ItemReader
  let shared: ItemReader?
  let frames: [ItemReader]

  init(_ root: ItemReader) {
    self.root = root
    shared = root.item(.sharedFunctionalGroupsSequence)
    frames = root.items(.perFrameFunctionalGroupsSequence)
  }

  /// The item of a macro's sequence for a frame counted from 0.
  func macro(_ sequence: Tag, frame: Int) -> ItemReader? {
    if frames.indices.contains(frame), let own = frames[frame].item(sequence) { return own }
    return shared?.item(sequence)
  }

  /// Where in the data set a frame's group stands.
  func path(_ sequence: Tag, frame: Int) -> TagPath {
    TagPath(sequence, in: [TagPath.Step(sequence: .perFrameFunctionalGroupsSequence, item: frame)])
  }
}
