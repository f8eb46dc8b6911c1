public import DICOM

/// A document of another format inside a DICOM object: PDF or CDA (PS3.3 §A.45, §C.24).
public struct EncapsulatedDocument: DICOMObject {
  public enum Format: Hashable, Sendable {
    case pdf
    /// With HL7 Instance Identifier: root and, after `^`, extension.
    case cda(instanceIdentifier: String)

    var mediaType: String {
      switch self {
      case .pdf: "application/pdf"
      case .cda: "text/XML"
      }
    }

    var sopClass: UID {
      switch self {
      case .pdf: .encapsulatedPDFStorage
      case .cda: .encapsulatedCDAStorage
      }
    }
  }

  public var header: ObjectHeader
  public var format: Format
  public var title: String
  /// What kind of document it is.
  public var concept: CodedConcept?
  /// Whether the document shows who the patient is.
  public var isBurnedIn: Bool
  /// Instances the document was made of.
  public var sources: [InstanceReference]
  /// The document itself, without padding.
  public var document: [UInt8]
  /// What was tolerated while reading; plays no part in equality.
  public private(set) var findings: [ObjectFinding] = []

  public init(
    header: ObjectHeader, format: Format, title: String, concept: CodedConcept? = nil, isBurnedIn: Bool,
    sources: [InstanceReference] = [], document: [UInt8]
  ) {
    self.header = header
    self.format = format
    self.title = title
    self.concept = concept
    self.isBurnedIn = isBurnedIn
    self.sources = sources
    self.document = document
  }

  public init(dataSet: DataSet) throws(ObjectError) {
    let reader = ItemReader(dataSet)
    switch try reader.requiredUID(.sopClassUID) {
    case .encapsulatedPDFStorage: format = .pdf
    case .encapsulatedCDAStorage:
      format = .cda(instanceIdentifier: reader.string(.hl7InstanceIdentifier) ?? "")
    default: throw reader.error(.wrongSOPClass, .sopClassUID, "an Encapsulated PDF or CDA")
    }
    header = ObjectHeader(reader)
    title = reader.string(.documentTitle) ?? ""
    concept = try reader.concept(.conceptNameCodeSequence)
    isBurnedIn = reader.string(.burnedInAnnotation) != "NO"
    sources = try reader.values(.sourceInstanceSequence)
    var bytes = try reader.bytes(.encapsulatedDocument)
    if let length = reader.int(.encapsulatedDocumentLength), length >= 0, length <= bytes.count {
      bytes = Array(bytes.prefix(length))
    } else if bytes.last == 0 {
      bytes.removeLast()
    }
    if reader.string(.mimeTypeOfEncapsulatedDocument)?.lowercased() != format.mediaType.lowercased() {
      reader.note(.malformedValue, .mimeTypeOfEncapsulatedDocument)
    }
    document = bytes
    findings = reader.log.findings
  }

  public func dataSet() throws(ObjectError) -> DataSet {
    var writer = ItemWriter()
    guard !document.isEmpty else { throw writer.error(.missingAttribute, .encapsulatedDocument, "a document") }
    try header.write(to: &writer, sopClass: format.sopClass, modality: "DOC")
    try writer.put(.conversionType, text: "WSD")
    try writer.put(.burnedInAnnotation, text: isBurnedIn ? "YES" : "NO")
    try writer.put(.acquisitionDateTime, orEmpty: "")
    try writer.put(.documentTitle, orEmpty: title)
    try writer.put(.mimeTypeOfEncapsulatedDocument, text: format.mediaType)
    if case .cda(let identifier) = format { try writer.put(.hl7InstanceIdentifier, text: identifier) }
    if let concept {
      try writer.put(.conceptNameCodeSequence, item: concept)
    } else {
      writer.putNoItems(.conceptNameCodeSequence)
    }
    try writer.put(.sourceInstanceSequence, ifAny: sources)
    try writer.put(.encapsulatedDocumentLength, .ul, document.count)
    writer.put(.encapsulatedDocument, .ob, bytes: document)
    return writer.finished()
  }

  public static func == (left: EncapsulatedDocument, right: EncapsulatedDocument) -> Bool {
    left.header == right.header && left.format == right.format && left.title == right.title
      && left.concept == right.concept && left.isBurnedIn == right.isBurnedIn && left.sources == right.sources
      && left.document == right.document
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(header)
    hasher.combine(document)
  }
}
