import DICOM

/// Where attributes of one frame are looked for: in its item of the Per-Frame Functional Groups Sequence, then in the
/// Shared Functional Groups Sequence, then in the data set itself (PS3.3 §C.7.6.16.1.1).
struct FunctionalGroups {
  private let header: DataSet
  private let groups: [DataSet]

  init(header: DataSet, frameNumber: Int) {
    self.header = header
    var groups: [DataSet] = []
    // Taken from the element itself: thousands of frames should not be visited for one.
    if case .sequence(let items) = header[.perFrameFunctionalGroupsSequence]?.value,
      items.indices.contains(frameNumber - 1)
    {
      groups.append(items[frameNumber - 1])
    }
    self.groups = groups + header.items(.sharedFunctionalGroupsSequence).prefix(1)
  }

  /// The places where the attributes of a macro may stand, nearest first; `sequence` is the macro's own sequence.
  func candidates(for sequence: Tag) -> [DataSet] {
    groups.compactMap { $0.items(sequence).first } + [header]
  }

  /// All items of a macro's sequence, from the nearest place that has any.
  func all(_ sequence: Tag) -> [DataSet] {
    (groups + [header]).lazy.map { $0.items(sequence) }.first { !$0.isEmpty } ?? []
  }
}
