public import DICOM

/// A structured report: a document whose content is a tree of coded items (PS3.3 §A.35, §C.17).
public struct StructuredReport: DICOMObject {
  /// A person who vouches for the content (PS3.3 §C.17.2.2).
  public struct VerifyingObserver: Hashable, Sendable {
    public var name: PersonName
    public var organization: String
    /// DT.
    public var dateTime: String
    public var code: CodedConcept?

    public init(name: PersonName, organization: String, dateTime: String, code: CodedConcept? = nil) {
      self.name = name
      self.organization = organization
      self.dateTime = dateTime
      self.code = code
    }
  }

  public var header: ObjectHeader
  public var sopClass: UID
  /// Completion Flag (0040,A491).
  public var isComplete: Bool
  /// Verification Flag (0040,A493); a verified document names its observers.
  public var verifyingObservers: [VerifyingObserver]
  /// Current Requested Procedure Evidence Sequence (0040,A375): instances of the reported procedure.
  public var evidence: [HierarchicalReference]
  /// Pertinent Other Evidence Sequence (0040,A385).
  public var otherEvidence: [HierarchicalReference]
  /// Predecessor Documents Sequence (0040,A360).
  public var predecessors: [HierarchicalReference]
  /// Performed Procedure Code Sequence (0040,A372).
  public var performedProcedures: [CodedConcept]
  /// The title and everything below it.
  public var root: ContentItem
  /// What was tolerated while reading; plays no part in equality.
  public private(set) var findings: [ObjectFinding] = []

  public init(
    header: ObjectHeader, sopClass: UID, isComplete: Bool = true, verifyingObservers: [VerifyingObserver] = [],
    evidence: [HierarchicalReference] = [], otherEvidence: [HierarchicalReference] = [],
    predecessors: [HierarchicalReference] = [], performedProcedures: [CodedConcept] = [], root: ContentItem
  ) {
    self.header = header
    self.sopClass = sopClass
    self.isComplete = isComplete
    self.verifyingObservers = verifyingObservers
    self.evidence = evidence
    self.otherEvidence = otherEvidence
    self.predecessors = predecessors
    self.performedProcedures = performedProcedures
    self.root = root
  }

  /// Whether a SOP class has a content tree.
  public static func isReport(_ sopClass: UID) -> Bool {
    sopClass.rawValue.hasPrefix("1.2.840.10008.5.1.4.1.1.88.")
      || sopClass.rawValue == "1.2.840.10008.5.1.4.34.7"
  }

  public init(dataSet: DataSet) throws(ObjectError) {
    let reader = ItemReader(dataSet)
    sopClass = try reader.requiredUID(.sopClassUID)
    guard StructuredReport.isReport(sopClass) else {
      throw reader.error(.wrongSOPClass, .sopClassUID, "a structured report")
    }
    header = ObjectHeader(reader)
    isComplete = reader.string(.completionFlag) != "PARTIAL"
    verifyingObservers = []
    if reader.string(.verificationFlag) == "VERIFIED" {
      verifyingObservers = try reader.values(.verifyingObserverSequence)
    }
    evidence = try reader.hierarchicalReferences(.currentRequestedProcedureEvidenceSequence)
    otherEvidence = try reader.hierarchicalReferences(.pertinentOtherEvidenceSequence)
    predecessors = try reader.hierarchicalReferences(.predecessorDocumentsSequence)
    performedProcedures = reader.concepts(.performedProcedureCodeSequence)
    root = try ContentTreeReader.root(reader)
    let known = Set((evidence + otherEvidence).map(\.instance.sopInstanceUID))
    if instancesReferenced.contains(where: { !known.contains($0.sopInstanceUID) }) {
      reader.note(.referenceWithoutEvidence, .currentRequestedProcedureEvidenceSequence)
    }
    findings = reader.log.findings
  }

  public func dataSet() throws(ObjectError) -> DataSet {
    var writer = ItemWriter()
    guard StructuredReport.isReport(sopClass) else {
      throw writer.error(.wrongSOPClass, .sopClassUID, "a structured report")
    }
    let isKeyObjects = sopClass == .keyObjectSelectionDocumentStorage
    try header.write(to: &writer, sopClass: sopClass, modality: isKeyObjects ? "KO" : "SR")
    writer.putNoItems(.referencedPerformedProcedureStepSequence)
    if !isKeyObjects {
      try writer.put(.completionFlag, text: isComplete ? "COMPLETE" : "PARTIAL")
      try writer.put(.verificationFlag, text: verifyingObservers.isEmpty ? "UNVERIFIED" : "VERIFIED")
      try writer.put(.verifyingObserverSequence, ifAny: verifyingObservers)
      try writer.put(.performedProcedureCodeSequence, items: performedProcedures)
      if !predecessors.isEmpty { try writer.put(.predecessorDocumentsSequence, hierarchical: predecessors) }
    }
    if !evidence.isEmpty { try writer.put(.currentRequestedProcedureEvidenceSequence, hierarchical: evidence) }
    if !otherEvidence.isEmpty { try writer.put(.pertinentOtherEvidenceSequence, hierarchical: otherEvidence) }
    try checkEvidence(writer)
    try ContentTreeWriter(rules: .of(sopClass), root: root).write(to: &writer)
    return writer.finished()
  }

  /// Every instance the tree refers to, in the order of the tree.
  public var instancesReferenced: [InstanceReference] {
    root.descendants.flatMap { item -> [InstanceReference] in
      guard let instance = item.value.referencedInstance else { return [] }
      let image = item.value.image
      return [instance, image?.presentationState, image?.realWorldValueMapping].compactMap { $0 }
    }
  }

  /// Every instance in the tree is in an evidence sequence (PS3.3 §C.17.2.3).
  private func checkEvidence(_ writer: ItemWriter) throws(ObjectError) {
    let known = Set((evidence + otherEvidence).map(\.instance.sopInstanceUID))
    guard instancesReferenced.allSatisfy({ known.contains($0.sopInstanceUID) }) else {
      throw writer.error(
        .danglingReference, .currentRequestedProcedureEvidenceSequence,
        "every instance in the tree is listed as evidence (PS3.3 §C.17.2.3)")
    }
  }

  public static func == (left: StructuredReport, right: StructuredReport) -> Bool {
    left.header == right.header && left.sopClass == right.sopClass && left.isComplete == right.isComplete
      && left.verifyingObservers == right.verifyingObservers && left.evidence == right.evidence
      && left.otherEvidence == right.otherEvidence && left.predecessors == right.predecessors
      && left.performedProcedures == right.performedProcedures && left.root == right.root
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(header)
    hasher.combine(root)
  }
}

extension StructuredReport.VerifyingObserver: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    name = item.personName(.verifyingObserverName) ?? PersonName()
    organization = item.string(.verifyingOrganization) ?? ""
    dateTime = item.string(.verificationDateTime) ?? ""
    code = try item.concept(.verifyingObserverIdentificationCodeSequence)
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    try writer.put(.verifyingObserverName, text: name.dicom)
    try writer.put(.verifyingOrganization, text: organization)
    try writer.put(.verificationDateTime, text: dateTime)
    if let code {
      try writer.put(.verifyingObserverIdentificationCodeSequence, item: code)
    } else {
      writer.putNoItems(.verifyingObserverIdentificationCodeSequence)
    }
  }
}
