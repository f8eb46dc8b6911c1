public import DICOM

/// A selection of instances with a reason: key images, rejected images, a manifest (PS3.3 §A.35.4, PS3.16 TID 2010).
public struct KeyObjectSelection: DICOMObject {
  public var header: ObjectHeader
  /// Why the instances were selected (CID 7010).
  public var title: CodedConcept
  /// Document Title Modifier, such as the reason of a rejection.
  public var titleModifiers: [CodedConcept]
  public var language: CodedConcept?
  public var observers: [Observer]
  public var description: String?
  /// What is selected: images, waveforms and other composites.
  public var references: [ContentValue]
  /// Study and series of each reference.
  public var evidence: [HierarchicalReference]
  /// What was tolerated while reading; plays no part in equality.
  public private(set) var findings: [ObjectFinding] = []

  public init(
    header: ObjectHeader, title: CodedConcept, titleModifiers: [CodedConcept] = [], language: CodedConcept? = nil,
    observers: [Observer] = [], description: String? = nil, references: [ContentValue],
    evidence: [HierarchicalReference]
  ) {
    self.header = header
    self.title = title
    self.titleModifiers = titleModifiers
    self.language = language
    self.observers = observers
    self.description = description
    self.references = references
    self.evidence = evidence
  }

  public init(dataSet: DataSet) throws(ObjectError) {
    let report = try StructuredReport(dataSet: dataSet)
    guard report.sopClass == .keyObjectSelectionDocumentStorage else {
      throw ObjectError(.wrongSOPClass, path: TagPath(.sopClassUID), "a Key Object Selection Document")
    }
    guard let title = report.root.name else {
      throw ObjectError(.missingAttribute, path: TagPath(.conceptNameCodeSequence), "the title of the document")
    }
    header = report.header
    self.title = title
    titleModifiers = report.root.children(named: .documentTitleModifier).compactMap(\.value.code)
    language = report.root.child(named: .languageOfContent)?.value.code
    observers = Observer.observers(in: report.root.children).observers
    description = report.root.child(named: .keyObjectDescription)?.value.text
    references = report.root.children.map(\.value).filter { $0.referencedInstance != nil }
    evidence = report.evidence
    findings = report.findings
  }

  public func dataSet() throws(ObjectError) -> DataSet {
    guard !references.isEmpty, references.allSatisfy({ $0.referencedInstance != nil }) else {
      throw ObjectError(.missingAttribute, path: TagPath(.contentSequence), "at least one instance (TID 2010)")
    }
    var children = titleModifiers.map { ContentItem(.hasConceptModifier, .documentTitleModifier, .code($0)) }
    if let language { children.append(ContentItem(.hasConceptModifier, .languageOfContent, .code(language))) }
    children += observers.flatMap(\.items)
    if let description { children.append(ContentItem(.contains, .keyObjectDescription, .text(description))) }
    children += references.map { ContentItem(.contains, nil, $0) }
    let root = ContentItem(
      .contains, title, .container(.separate), template: TemplateIdentification("2010"), children: children)
    return try StructuredReport(
      header: header, sopClass: .keyObjectSelectionDocumentStorage, evidence: evidence, root: root
    ).dataSet()
  }

  public static func == (left: KeyObjectSelection, right: KeyObjectSelection) -> Bool {
    left.header == right.header && left.title == right.title && left.titleModifiers == right.titleModifiers
      && left.language == right.language && left.observers == right.observers && left.description == right.description
      && left.references == right.references && left.evidence == right.evidence
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(header)
    hasher.combine(references)
  }
}
