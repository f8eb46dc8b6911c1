import DICOMweb
import Testing

/// Accept fields as clients in service send them, and what each resource answers.
struct AcceptInTheWild: CustomTestStringConvertible, Sendable {
  enum Answer: Equatable, Sendable {
    case multipart(String)
    case single(String)
    case refused
  }

  var client: String
  var accept: String
  var answer: Answer
  var testDescription: String { "\(client): \(accept)" }

  init(_ client: String, _ accept: String, _ answer: Answer) {
    self.client = client
    self.accept = accept
    self.answer = answer
  }
}

@Suite("An Accept field")
struct AcceptHeaderTests {
  static let json: [AcceptInTheWild] = [
    .init("OHIF", "application/dicom+json", .single("application/dicom+json")),
    .init(
      "OHIF 3.x metadata",
      "application/dicom+json, multipart/related; type=application/octet-stream; transfer-syntax=*",
      .single("application/dicom+json")),
    .init(
      "OHIF 3.x quoted",
      #"application/dicom+json, multipart/related; type="application/octet-stream"; transfer-syntax="*""#,
      .single("application/dicom+json")),
    .init("dicomweb-client", "application/dicom+json, application/json", .single("application/dicom+json")),
    .init("dcmjs", "application/json", .single("application/json")),
    .init(
      "with parameters", "application/dicom+json; transfer-syntax=*; charset=utf-8", .single("application/dicom+json")),
    .init("curl", "*/*", .single("application/dicom+json")),
    .init("Java", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", .single("application/dicom+json")),
    .init(
      "Firefox", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", .single("application/dicom+json")),
    .init("none", "", .single("application/dicom+json")),
    .init("garbage", ";;;,,,=", .single("application/dicom+json")),
    .init("preferring plain JSON", "application/dicom+json;q=0.5, application/json", .single("application/json")),
    .init("capitals", "Application/DICOM+JSON", .single("application/dicom+json")),
    .init(
      "XML with JSON after", "application/dicom+xml, application/dicom+json;q=0.9", .single("application/dicom+json")),
    .init("XML only", #"multipart/related; type="application/dicom+xml""#, .refused),
    .init("JSON refused", "application/dicom+json;q=0, application/json;q=0, */*;q=0", .refused),
  ]

  @Test("for JSON is read as its client means it", arguments: json)
  func negotiatesJSON(_ wild: AcceptInTheWild) throws {
    let header = AcceptHeader([wild.accept])
    guard wild.answer != .refused else {
      #expect(throws: DICOMwebError.self) { try header.negotiateJSON() }
      return
    }
    #expect(try .single(header.negotiateJSON()) == wild.answer)
  }

  static let native = "1.2.840.10008.1.2.1"
  static let jpegLS = "1.2.840.10008.1.2.4.80"
  static let highThroughput = "1.2.840.10008.1.2.4.202"

  static let nativeFrames: [AcceptInTheWild] = [
    .init(
      "OHIF unquoted", "multipart/related; type=application/octet-stream; transfer-syntax=*",
      .multipart("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")),
    .init(
      "OHIF quoted", #"multipart/related; type="application/octet-stream"; transfer-syntax="*""#,
      .multipart("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")),
    .init(
      "half quoted", #"multipart/related; type="application/octet-stream; transfer-syntax=*"#,
      .multipart("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")),
    .init(
      "no spaces", "multipart/related;type=application/octet-stream;transfer-syntax=*",
      .multipart("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")),
    .init(
      "standard's default", #"multipart/related; type="application/octet-stream""#,
      .multipart("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")),
    .init(
      "dicomweb-client", #"multipart/related; type="*/*""#,
      .multipart("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")),
    .init(
      "explicit", #"multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.1"#,
      .multipart("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")),
    .init(
      "multipart only", "multipart/related",
      .multipart("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")),
    .init("curl", "*/*", .multipart("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")),
    .init(
      "single part", "application/octet-stream",
      .single("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")),
    .init(
      "single part, as stored", "application/octet-stream; transfer-syntax=*",
      .single("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")),
    .init("JPEG-LS only", #"multipart/related; type="image/jls"; transfer-syntax=1.2.840.10008.1.2.4.80"#, .refused),
    .init(
      "OHIF requestTransferSyntaxUID",
      "multipart/related; type=image/jls; transfer-syntax=1.2.840.10008.1.2.4.80, "
        + "multipart/related; type=application/octet-stream; transfer-syntax=*",
      .multipart("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")),
    .init("JSON", "application/dicom+json", .refused),
  ]

  @Test("for uncompressed frames is read as its client means it", arguments: nativeFrames)
  func negotiatesNativeFrames(_ wild: AcceptInTheWild) throws {
    try expect(wild, stored: Self.native)
  }

  static let compressedFrames: [AcceptInTheWild] = [
    .init(
      "OHIF", "multipart/related; type=application/octet-stream; transfer-syntax=*",
      .multipart("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.80")),
    .init(
      "OHIF requestTransferSyntaxUID, one range",
      "multipart/related; type=image/jls; transfer-syntax=1.2.840.10008.1.2.4.80; transfer-syntax=*",
      .multipart("image/jls; transfer-syntax=1.2.840.10008.1.2.4.80")),
    .init(
      "dicomweb-client", #"multipart/related; type="image/jls"; transfer-syntax=1.2.840.10008.1.2.4.80"#,
      .multipart("image/jls; transfer-syntax=1.2.840.10008.1.2.4.80")),
    .init(
      "old name", #"multipart/related; type="image/x-jls""#,
      .multipart("image/jls; transfer-syntax=1.2.840.10008.1.2.4.80")),
    .init(
      "any image", #"multipart/related; type="image/*""#,
      .multipart("image/jls; transfer-syntax=1.2.840.10008.1.2.4.80")),
    .init("single part", "image/jls", .single("image/jls; transfer-syntax=1.2.840.10008.1.2.4.80")),
    .init("uncompressed", #"multipart/related; type="application/octet-stream""#, .refused),
    .init(
      "uncompressed by UID",
      "multipart/related; type=application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1", .refused),
    .init(
      "another compression", #"multipart/related; type="image/jp2"; transfer-syntax=1.2.840.10008.1.2.4.90"#,
      .refused),
    .init(
      "another compression preferred",
      #"multipart/related; type="image/jp2", multipart/related; type="image/jls";q=0.3"#,
      .multipart("image/jls; transfer-syntax=1.2.840.10008.1.2.4.80")),
  ]

  @Test("for compressed frames is read as its client means it", arguments: compressedFrames)
  func negotiatesCompressedFrames(_ wild: AcceptInTheWild) throws {
    try expect(wild, stored: Self.jpegLS)
  }

  private func expect(_ wild: AcceptInTheWild, stored: String) throws {
    let header = AcceptHeader([wild.accept])
    guard wild.answer != .refused else {
      let error = #expect(throws: DICOMwebError.self) {
        try header.negotiateFrames(stored: stored, allowingSingle: true)
      }
      #expect(error?.code == .notAcceptable)
      #expect(error?.message.contains(stored) == true)
      return
    }
    let chosen = try header.negotiateFrames(stored: stored, allowingSingle: true)
    let answer: AcceptInTheWild.Answer =
      chosen.packaging == .multipart ? .multipart(chosen.contentType) : .single(chosen.contentType)
    #expect(answer == wild.answer)
  }

  @Test("asking for HTJ2K by the name OHIF uses gets it")
  func knowsHighThroughputNames() throws {
    let header = AcceptHeader(
      fields: ["text/html"], query: [QueryParameter(name: "accept", value: "image/jhc", literalValue: "image/jhc")])
    let chosen = try header.negotiateFrames(stored: Self.highThroughput, allowingSingle: true)
    #expect(
      chosen
        == FrameRepresentation(
          packaging: .single, mediaType: "image/jphc", transferSyntax: Self.highThroughput))
  }

  @Test(
    "for frames that can be decoded gets them decoded only when it accepts nothing they are stored in",
    arguments: [
      ("application/octet-stream", true), ("multipart/related; type=application/octet-stream", true),
      ("multipart/related; type=application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1", true),
      ("*/*; transfer-syntax=1.2.840.10008.1.2.1", true),
      ("multipart/related; type=application/octet-stream; transfer-syntax=*", false),
      ("multipart/related; type=image/jls, application/octet-stream;q=0.5", false),
      ("*/*", false), ("", false),
    ])
  func decodes(accept: String, isDecoded: Bool) throws {
    let chosen = try AcceptHeader([accept]).negotiateFrames(
      stored: Self.jpegLS, allowingSingle: true, canDecode: true)
    #expect(chosen.isDecoded == isDecoded)
    #expect(chosen.transferSyntax == (isDecoded ? Self.native : Self.jpegLS))
  }

  @Test("for frames in another compression is refused, decodable or not")
  func refusesOtherCompression() {
    #expect(throws: DICOMwebError.self) {
      try AcceptHeader(["image/jp2"]).negotiateFrames(stored: Self.jpegLS, allowingSingle: true, canDecode: true)
    }
  }

  @Test("frames of several numbers are never a single part")
  func listsAreMultipart() throws {
    let chosen = try AcceptHeader(["application/octet-stream"]).negotiateFrames(
      stored: Self.native, allowingSingle: false)
    #expect(chosen.packaging == .multipart)
  }

  @Test("implicit and explicit little endian frames are the same bytes")
  func labelsNativeFrames() throws {
    let header = AcceptHeader(["multipart/related; type=application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"])
    let chosen = try header.negotiateFrames(stored: "1.2.840.10008.1.2", allowingSingle: true)
    #expect(chosen.transferSyntax == Self.native)
  }

  @Test(
    "for instances is read as its client means it",
    arguments: [
      (#"multipart/related; type="application/dicom""#, Packaging.multipart),
      ("multipart/related; type=application/dicom", .multipart),
      ("multipart/related; type=application/dicom; transfer-syntax=*", .multipart),
      (#"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.80"#, .multipart),
      ("application/dicom", .single), ("application/dicom; transfer-syntax=*", .single), ("*/*", .multipart),
      ("application/*", .multipart), ("multipart/related", .multipart), ("", .multipart),
    ])
  func negotiatesInstances(_ accept: String, _ packaging: Packaging) throws {
    let chosen = try AcceptHeader([accept]).negotiateInstances(stored: [Self.jpegLS], allowingSingle: true)
    #expect(chosen.packaging == packaging)
    #expect(chosen.chosen.map { $0?.transferSyntax } == [Self.jpegLS])
  }

  private static let jpeg2000 = "1.2.840.10008.1.2.4.90"

  @Test(
    "for instances says which transfer syntax each is given in",
    arguments: [
      // The standard's default, and what is stored where anything will do.
      (#"multipart/related; type="application/dicom""#, native), ("application/dicom", native),
      ("application/dicom; transfer-syntax=*", jpegLS), ("*/*", jpegLS), ("application/*", jpegLS), ("", jpegLS),
      ("multipart/related; type=application/dicom; transfer-syntax=\(jpeg2000)", jpeg2000),
      // What is stored is as good as what is wanted as much, and better than what is wanted less.
      ("application/dicom; transfer-syntax=\(jpeg2000), application/dicom; transfer-syntax=\(jpegLS)", jpegLS),
      ("application/dicom; transfer-syntax=\(jpeg2000), application/dicom; transfer-syntax=*; q=0.5", jpeg2000),
      ("application/dicom; transfer-syntax=1.2.3, application/dicom; transfer-syntax=*; q=0.5", jpegLS),
    ])
  func choosesSyntax(_ accept: String, _ syntax: String) throws {
    let possible = [Self.native, Self.jpeg2000]
    let answer = try AcceptHeader([accept]).negotiateInstances(
      stored: [Self.jpegLS], allowingSingle: true, canGive: { _, syntax in possible.contains(syntax) })
    #expect(answer.chosen.first??.transferSyntax == syntax)
    #expect(answer.chosen.first??.isStored == (syntax == Self.jpegLS))
  }

  @Test("for instances without a transfer syntax leaves lossy pixels as they are, unless it names one")
  func leavesLossyPixels() throws {
    let lossy = "1.2.840.10008.1.2.4.50"
    let standard = try AcceptHeader(["application/dicom"]).negotiateInstances(
      stored: [lossy], allowingSingle: true, isLossy: { _ in true }, canGive: { _, _ in true })
    #expect(standard.chosen.first??.transferSyntax == lossy)
    let named = try AcceptHeader(["application/dicom; transfer-syntax=\(Self.native)"]).negotiateInstances(
      stored: [lossy], allowingSingle: true, isLossy: { _ in true }, canGive: { _, _ in true })
    #expect(named.chosen.first??.transferSyntax == Self.native)
  }

  @Test("that wants what cannot be made gets those instances that need no transcoding")
  func choosesStoredInstances() throws {
    let header = AcceptHeader([#"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1"#])
    let chosen = try header.negotiateInstances(stored: [Self.jpegLS, Self.native], allowingSingle: false)
    #expect(chosen.chosen.map { $0?.transferSyntax } == [nil, Self.native])
    let error = #expect(throws: DICOMwebError.self) {
      try header.negotiateInstances(stored: [Self.jpegLS], allowingSingle: true)
    }
    #expect(error?.code == .notAcceptable)
    #expect(error?.message.contains(Self.jpegLS) == true)
  }

  @Test(
    "for bulk data is read as its client means it",
    arguments: [
      (#"multipart/related; type="application/octet-stream""#, Packaging.multipart, "application/octet-stream"),
      (
        #"multipart/related; type="image/jpeg", multipart/related; type="application/octet-stream""#, .multipart,
        "application/octet-stream"
      ),
      (#"multipart/related; type="*/*""#, .multipart, "application/octet-stream"),
      ("*/*", .single, "application/octet-stream"), ("", .single, "application/octet-stream"),
      ("application/pdf", .single, "application/pdf"),
    ])
  func negotiatesBulkData(_ accept: String, _ packaging: Packaging, _ type: String) throws {
    let chosen = try AcceptHeader([accept]).negotiateBulkData(ownType: "application/pdf")
    #expect(chosen.packaging == packaging)
    #expect(chosen.mediaType == type)
  }

  @Test("for a rendered image is overridden by the accept parameter, plus signs kept")
  func parameterOverrides() throws {
    let query = try QueryParameter.parse("accept=image/png&viewport=256%2C256")
    let header = AcceptHeader(fields: ["image/jpeg"], query: query)
    #expect(try header.negotiateRendered(offers: ["image/jpeg", "image/png"]) == "image/png")
    let json = AcceptHeader(fields: ["text/html"], query: try QueryParameter.parse("accept=application/dicom+json"))
    #expect(try json.negotiateJSON() == "application/dicom+json")
  }

  @Test("for a rendered image may be the one that bulk data is asked with")
  func rendersForBulkAccept() throws {
    let header = AcceptHeader([#"multipart/related; type="application/octet-stream""#])
    #expect(try header.negotiateRendered(offers: ["image/jpeg", "image/png"]) == "image/jpeg")
    #expect(throws: DICOMwebError.self) {
      try AcceptHeader(["image/gif"]).negotiateRendered(offers: ["image/jpeg", "image/png"])
    }
  }
}
