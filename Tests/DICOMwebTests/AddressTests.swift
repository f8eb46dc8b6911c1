import DICOM
import DICOMweb
import HTTPTypes
import Testing

@Suite("The address of a service")
struct ServiceRootTests {
  private func request(_ authority: String?, _ fields: [(String, String)] = []) -> HTTPRequest {
    var headers = HTTPFields()
    for (name, value) in fields {
      if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
    }
    return HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/dicom-web", headerFields: headers)
  }

  private func root(_ request: HTTPRequest, trusting: Bool, isSecure: Bool = false) -> String {
    ServiceRoot(
      origin: RequestOrigin(request, isSecure: isSecure, trustingProxy: trusting), path: "/dicom-web"
    ).text
  }

  @Test("is the one the client used")
  func followsHost() {
    #expect(root(request("pacs:8080"), trusting: false) == "http://pacs:8080/dicom-web")
    #expect(root(request("[::1]:8080"), trusting: false, isSecure: true) == "https://[::1]:8080/dicom-web")
  }

  @Test(
    "has our port when a client forgot it",
    arguments: [
      ("127.0.0.1", 8080, "http://127.0.0.1:8080/dicom-web"), ("[::1]", 8080, "http://[::1]:8080/dicom-web"),
      ("pacs:81", 8080, "http://pacs:81/dicom-web"), ("pacs", 80, "http://pacs/dicom-web"),
    ])
  func addsPort(_ authority: String, _ port: Int, _ expected: String) {
    let origin = RequestOrigin(request(authority), isSecure: false, trustingProxy: false, listeningPort: port)
    #expect(ServiceRoot(origin: origin, path: "/dicom-web").text == expected)
    // Behind a proxy the port we listen on is none of the client's business.
    let proxied = RequestOrigin(request("pacs"), isSecure: false, trustingProxy: true, listeningPort: 8080)
    #expect(proxied?.authority == "pacs")
  }

  @Test("is a path when the client named no usable host", arguments: [nil, "", "a b", "a/b", "evil\"><", "a@b"])
  func fallsBackToPath(_ authority: String?) {
    #expect(root(request(authority), trusting: false) == "/dicom-web")
  }

  static let forwarded: [([(String, String)], String)] = [
    ([("Forwarded", "for=192.0.2.60;proto=https;host=pacs.example")], "https://pacs.example/dicom-web"),
    (
      [("Forwarded", #"Proto="https"; Host="pacs.example:8443", for=10.0.0.1;host=inner"#)],
      "https://pacs.example:8443/dicom-web"
    ),
    ([("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "pacs.example")], "https://pacs.example/dicom-web"),
    (
      [("X-Forwarded-Proto", "https, http"), ("X-Forwarded-Host", "pacs.example, inner")],
      "https://pacs.example/dicom-web"
    ),
    (
      [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "pacs.example"), ("X-Forwarded-Port", "8443")],
      "https://pacs.example:8443/dicom-web"
    ),
    (
      [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "pacs.example"), ("X-Forwarded-Port", "443")],
      "https://pacs.example/dicom-web"
    ),
    (
      [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "pacs.example"), ("X-Forwarded-Prefix", "/pacs/")],
      "https://pacs.example/pacs/dicom-web"
    ),
    ([("X-Forwarded-Proto", "https")], "https://inner:8080/dicom-web"),
  ]

  @Test("is the proxy's when a declared proxy says so", arguments: forwarded.indices)
  func followsProxy(_ index: Int) {
    let (fields, expected) = Self.forwarded[index]
    #expect(root(request("inner:8080", fields), trusting: true) == expected)
  }

  @Test("is not moved by anybody else", arguments: forwarded.indices)
  func ignoresStrangers(_ index: Int) {
    #expect(root(request("inner:8080", Self.forwarded[index].0), trusting: false) == "http://inner:8080/dicom-web")
  }

  @Test(
    "is a path when a proxy says something impossible",
    arguments: [
      ("X-Forwarded-Proto", "javascript"), ("X-Forwarded-Host", "a b"), ("X-Forwarded-Prefix", "//evil"),
      ("X-Forwarded-Prefix", "no-slash"), ("Forwarded", "host=\"a\\\"b\""),
    ])
  func refusesImpossible(_ field: (String, String)) {
    #expect(root(request("inner", [field]), trusting: true) == "/dicom-web")
  }

  @Test("is the beginning of every resource's address")
  func buildsAddresses() {
    let root = ServiceRoot("https://pacs/dicom-web/")
    let instance = root.instance("1.3", of: "1.2", in: "1.1")
    #expect(instance == "https://pacs/dicom-web/studies/1.1/series/1.2/instances/1.3")
    #expect(root.bulkData(TagPath(.pixelData), of: instance) == "\(instance)/bulkdata/7FE00010")
  }
}

@Suite("Percent-encoding")
struct PercentEncodingTests {
  @Test(
    "is undone by decoding", arguments: ["", "A/B", "50 %", "Müller^Jörg", "山田", "a+b&c=d?e#f", "\u{1F9B4}", "\r\n"])
  func roundTrips(_ text: String) {
    let encoded = PercentEncoding.encode(segment: text)
    #expect(encoded.utf8.allSatisfy { $0 < 0x80 && !"/?#+& ".utf8.contains($0) })
    #expect(PercentEncoding.decode(encoded) == text)
    #expect(PercentEncoding.decode(encoded, plusIsSpace: true) == text)
  }
}

@Suite("A retrieval's parameter")
struct RetrieveParameterTests {
  @Test("names frames from one on", arguments: [("1", [0]), ("1,5,3", [0, 4, 2]), ("2, 2", [1, 1])])
  func readsFrames(_ text: String, _ frames: [Int]) throws {
    #expect(try FrameList.parse(text) == frames)
  }

  @Test("may repeat frames a few times, but not without end")
  func repeatedFrames() throws {
    let most = FrameList.maximumRepetitions
    #expect(try FrameList.parse(repeating("1", count: most + 1)).count == most + 1)
    #expect(try FrameList.parse(repeating("1", count: most) + ",2,3").count == most + 2)
    for text in [repeating("1", count: most + 2), repeating("1,2", count: most + 1)] {
      let error = #expect(throws: DICOMwebError.self) { try FrameList.parse(text) }
      #expect(error?.code == .badRequest)
    }
  }

  private func repeating(_ text: String, count: Int) -> String {
    repeatElement(text, count: count).joined(separator: ",")
  }

  @Test("that names no frames is refused", arguments: ["", "0", "-1", "a", "1,", "1-3", "99999999999999999999", "1.0"])
  func refusesFrames(_ text: String) {
    #expect(throws: DICOMwebError.self) { try FrameList.parse(text) }
  }

  @Test("says how to render")
  func readsRendering() throws {
    let read = try RenderingParameters(
      try QueryParameter.parse("viewport=256%2C128&window=40,400,linear&quality=90&annotation=patient"))
    #expect(read.viewport == RenderingParameters.Viewport(width: 256, height: 128))
    #expect(read.window == RenderingParameters.Window(center: 40, width: 400, function: .linear))
    #expect(read.quality == 90)
    let region = try RenderingParameters(try QueryParameter.parse("viewport=10,10,,5,20,30")).viewport?.region
    #expect(region == RenderingParameters.Region(x: 0, y: 5, width: 20, height: 30))
    let exact = try RenderingParameters(try QueryParameter.parse("window=-600.5,1500,linear-exact")).window
    #expect(exact == RenderingParameters.Window(center: -600.5, width: 1500, function: .linearExact))
  }

  @Test(
    "that cannot be rendered by is refused",
    arguments: [
      "viewport=0,10", "viewport=10", "viewport=99999,1", "viewport=a,b", "viewport=1,1,-1,0", "viewport=1,1,0,0,0,1",
      "window=1", "window=1,0", "window=1,-5", "window=nan,1", "window=1,1,cubic", "quality=0", "quality=101",
      "quality=x",
      "window=1e300,1",
    ])
  func refusesRendering(_ query: String) {
    #expect(throws: DICOMwebError.self) { try RenderingParameters(try QueryParameter.parse(query)) }
  }

  @Test(
    "asks for a range of bytes",
    arguments: [
      (nil, nil), ("bytes=0-9", 0..<10), ("bytes=90-", 90..<100), ("bytes=90-1000", 90..<100), ("bytes=-10", 90..<100),
      ("bytes=-1000", 0..<100), ("Bytes=5-5", 5..<6), ("bytes=0-1,5-6", nil), ("lines=1-2", nil), ("bytes=9-3", nil),
      ("bytes=x-y", nil), ("bytes=-", nil),
    ] as [(String?, Range<UInt64>?)])
  func readsRange(_ field: String?, _ range: Range<UInt64>?) throws {
    #expect(try ByteRange.resolve(field, length: 100) == range)
  }

  @Test("that lies behind the end cannot be satisfied", arguments: ["bytes=100-", "bytes=100-200", "bytes=-0"])
  func refusesRange(_ field: String) {
    let error = #expect(throws: DICOMwebError.self) { try ByteRange.resolve(field, length: 100) }
    #expect(error?.code == .rangeNotSatisfiable)
  }
}
