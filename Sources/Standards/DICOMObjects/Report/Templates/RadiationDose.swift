public import DICOM

/// The figures of a dose report: totals and irradiation events (PS3.16 TID 10001, TID 10011, TID 10021).
///
/// A view for reading; the document itself is a `StructuredReport`.
public struct RadiationDose: Hashable, Sendable {
  /// A section of figures: one irradiation event, one administration, or the totals of one source.
  public struct Section: Hashable, Sendable {
    /// The concept of the container, such as CT Acquisition.
    public var kind: CodedConcept
    /// Irradiation Event UID, or that of the administration.
    public var eventUID: UID?
    public var acquisitionProtocol: String?
    /// Every figure with its place in the tree, in the order of the document.
    public var figures: [Figure]

    /// The first figure of a quantity.
    public subscript(quantity: CodedConcept) -> NumericValue? {
      figures.first { $0.quantity == quantity }?.value
    }
  }

  public struct Figure: Hashable, Sendable {
    public var quantity: CodedConcept
    public var value: NumericValue
    /// The concepts of the containers between the section and the figure.
    public var within: [CodedConcept]
  }

  public var title: CodedConcept
  public var procedureReported: CodedConcept?
  public var totals: [Section]
  public var events: [Section]

  private static let totalKinds: Set<CodedConcept> = [.ctAccumulatedDoseData, .accumulatedXRayDoseData]
  private static let eventKinds: Set<CodedConcept> = [
    .ctAcquisition, .irradiationEventXRayData, .radiopharmaceuticalAdministration,
  ]

  /// - Throws: `.wrongSOPClass` when the tree has the title of no dose report.
  public init(root: ContentItem) throws(ObjectError) {
    guard let title = root.name, title == .xRayRadiationDoseReport || title == .radiopharmaceuticalDoseReport else {
      throw ObjectError(
        .wrongSOPClass, path: TagPath(.conceptNameCodeSequence), "a dose report (TID 10001, 10011, 10021)")
    }
    self.title = title
    procedureReported = root.child(named: .procedureReported)?.value.code
    totals = []
    events = []
    for item in root.descendants {
      guard case .container = item.value, let kind = item.name else { continue }
      if Self.totalKinds.contains(kind) { totals.append(Section(kind, item)) }
      if Self.eventKinds.contains(kind) { events.append(Section(kind, item)) }
    }
  }
}

extension RadiationDose.Section {
  fileprivate init(_ kind: CodedConcept, _ item: ContentItem) {
    self.kind = kind
    eventUID =
      (item.child(named: .irradiationEventUID) ?? item.child(named: .radiopharmaceuticalAdministrationEventUID))?
      .value.uid
    acquisitionProtocol = item.child(named: .acquisitionProtocol)?.value.text
    figures = []
    collect(item, within: [])
  }

  private mutating func collect(_ item: ContentItem, within: [CodedConcept]) {
    for child in item.children {
      if case .numeric(let value) = child.value, let quantity = child.name {
        figures.append(RadiationDose.Figure(quantity: quantity, value: value, within: within))
      }
      if case .container = child.value {
        collect(child, within: within + (child.name.map { [$0] } ?? []))
      } else {
        collect(child, within: within)
      }
    }
  }
}
