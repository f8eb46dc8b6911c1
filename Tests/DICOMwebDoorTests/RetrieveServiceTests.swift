import ArchiveCore
import DICOM
import Doors
import Foundation
import HTTPTypes
import HummingbirdTesting
import Synchronization
import Testing

@Suite("WADO-RS")
struct RetrieveServiceTests {
  private let anyFrame = "multipart/related; type=application/octet-stream; transfer-syntax=*"

  private func open(_ specimens: [Specimen], _ body: @Sendable (Hospital) async throws -> Void) async throws {
    try await Hospital.open { hospital in
      #expect(try await hospital.store(specimens.map { try $0.file }).status == .ok)
      try await body(hospital)
    }
  }

  private func parts(_ response: TestResponse) throws -> [AnsweredPart] {
    #expect(response.status == .ok)
    #expect(response.headers[.contentLength] == "\(response.bytes.count)")
    return try #require(AnsweredPart.read(response.bytes, contentType: response.contentType))
  }

  @Test("gives back instances, series and studies as they came")
  func retrievesInstances() async throws {
    let specimens = (1...3).map { Specimen(instance: "1.2.3.\($0)", number: $0) }
    try await open(specimens) { hospital in
      let accept = #"multipart/related; type="application/dicom""#
      let specimen = specimens[0]
      let one = try parts(try await hospital.get(specimen.path, accept: accept))
      #expect(one.map(\.content) == [try specimen.file])
      #expect(one.first?.contentType == "application/dicom; transfer-syntax=1.2.840.10008.1.2.1")
      #expect(one.first?.location == "http://localhost/dicom-web/\(specimen.path)")
      for path in ["studies/\(specimen.study)", "studies/\(specimen.study)/series/\(specimen.series)"] {
        let response = try await hospital.get(path, accept: accept)
        #expect(response.contentType.hasPrefix(#"multipart/related; type="application/dicom"; boundary="#))
        let all = try parts(response)
        #expect(Set(all.map(\.content)) == Set(try specimens.map { try $0.file }))
      }
    }
  }

  @Test("uses a boundary once only")
  func variesBoundary() async throws {
    try await open([Specimen()]) { hospital in
      let first = try await hospital.get("studies/\(Specimen().study)")
      let second = try await hospital.get("studies/\(Specimen().study)")
      #expect(first.contentType != second.contentType)
    }
  }

  @Test("gives one instance without multipart, and ranges of it")
  func retrievesSingle() async throws {
    try await open([Specimen()]) { hospital in
      let file = try Specimen().file
      let whole = try await hospital.get(Specimen().path, accept: "application/dicom")
      #expect(whole.bytes == file)
      #expect(whole.contentType == "application/dicom; transfer-syntax=1.2.840.10008.1.2.1")
      let tag = try #require(whole.headers[.eTag])
      let range = try await hospital.get(Specimen().path, accept: "application/dicom", [.range: "bytes=128-131"])
      #expect(range.status == .partialContent)
      #expect(range.text == "DICM")
      #expect(range.headers[.contentRange] == "bytes 128-131/\(file.count)")
      let behind = try await hospital.get(Specimen().path, accept: "application/dicom", [.range: "bytes=9999999-"])
      #expect(behind.status == .rangeNotSatisfiable)
      #expect(behind.headers[.contentRange] == "bytes */\(file.count)")
      let same = try await hospital.get(Specimen().path, accept: "application/dicom", [.ifNoneMatch: tag])
      #expect(same.status == .notModified)
      #expect(same.bytes.isEmpty)
    }
  }

  @Test("names what it cannot transcode")
  func refusesTranscoding() async throws {
    try await open([Specimen()]) { hospital in
      let response = try await hospital.get(
        Specimen().path, accept: #"multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.50"#
      )
      #expect(response.status == .notAcceptable)
      #expect(response.text.contains("1.2.840.10008.1.2.1"))
      #expect(response.contentType == "application/problem+json")
    }
  }

  @Test(
    "gives metadata of studies, series and instances",
    arguments: [
      "application/dicom+json", "*/*",
      "application/dicom+json, multipart/related; type=application/octet-stream; transfer-syntax=*",
    ])
  func retrievesMetadata(_ accept: String) async throws {
    let specimens = (1...3).map { Specimen(instance: "1.2.3.\($0)", number: $0) }
    try await open(specimens) { hospital in
      let specimen = specimens[0]
      let levels = [
        ("studies/\(specimen.study)", 3), ("studies/\(specimen.study)/series/\(specimen.series)", 3),
        (specimen.path, 1),
      ]
      for (path, count) in levels {
        let response = try await hospital.get("\(path)/metadata", accept: accept)
        #expect(response.status == .ok)
        #expect(response.contentType == "application/dicom+json")
        #expect(response.headers[.contentLength] == "\(response.bytes.count)")
        let rows = try response.rows
        #expect(rows.count == count)
        #expect(rows.first?.string(.patientName) == "Müller^Jörg")
        #expect(rows.first?.int(.rows) == Specimen.rows)
        let tag = try #require(response.headers[.eTag])
        let again = try await hospital.get("\(path)/metadata", accept: accept, [.ifNoneMatch: tag])
        #expect(again.status == .notModified)
      }
    }
  }

  @Test("gives the metadata of a study series by series, and reads none of it for whoever has it")
  func streamsMetadata() async throws {
    let specimens = (1...3).flatMap { series in
      (1...4).map { Specimen(series: "1.2.3.\(series)", instance: "1.2.3.\(series).\($0)", number: $0) }
    }
    let documents = CountedDocuments()
    try await Hospital.open(documents: documents) { hospital in
      #expect(try await hospital.store(specimens.map { try $0.file }).status == .ok)
      let study = try await hospital.get("studies/\(specimens[0].study)/metadata")
      #expect(try study.rows.compactMap { $0.string(.sopInstanceUID) } == specimens.map(\.instance))
      #expect(documents.reads == 3)
      // Nobody knows the length of what is still to be read.
      #expect(study.headers[.contentLength] == nil)
      var parts: [String] = []
      for number in 1...3 {
        let series = try await hospital.get("studies/\(specimens[0].study)/series/1.2.3.\(number)/metadata")
        parts.append(String(series.text.dropFirst().dropLast()))
      }
      #expect(study.text == "[\(parts.joined(separator: ","))]")
      let read = documents.reads
      let tag = try #require(study.headers[.eTag])
      let again = try await hospital.get("studies/\(specimens[0].study)/metadata", [.ifNoneMatch: tag])
      #expect(again.status == .notModified)
      #expect(documents.reads == read)
    }
  }

  @Test("gives every value that metadata refers to, where metadata says")
  func followsBulkDataURIs() async throws {
    let long = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
    let specimen = Specimen(more: { set in
      var item = DataSet()
      item.set(.encapsulatedDocument, .ob, bytes: long)
      set.set(.contentSequence, items: [DataSet(), item])
      set.set(.redPaletteColorLookupTableData, .ow, bytes: long)
    })
    try await open([specimen]) { hospital in
      let response = try await hospital.get("\(specimen.path)/metadata", accept: "application/dicom+json")
      let object = try #require(try JSONSerialization.jsonObject(with: Data(response.bytes)) as? [[String: Any]]).first
      func uri(_ element: Any?) -> String? { (element as? [String: Any])?["BulkDataURI"] as? String }
      let nested = ((object?["0040A730"] as? [String: Any])?["Value"] as? [[String: Any]])?.last
      let addresses = [uri(object?["7FE00010"]), uri(object?["00281201"]), uri(nested?["00420011"])]
      let values = [Specimen.frame(0), long, long]
      for (address, value) in zip(addresses, values) {
        let address = try #require(address)
        let prefix = "http://localhost/dicom-web/"
        #expect(address.hasPrefix("\(prefix)\(specimen.path)/bulkdata/"))
        let path = String(address.dropFirst(prefix.count))
        let multipart = try await hospital.get(path, accept: #"multipart/related; type="application/octet-stream""#)
        #expect(try parts(multipart).map(\.content) == [value])
        let single = try await hospital.get(path, accept: "*/*")
        #expect(single.bytes == value)
        #expect(single.contentType == "application/octet-stream")
        let range = try await hospital.get(path, accept: "*/*", [.range: "bytes=2-5"])
        #expect(range.bytes == Array(value[2..<6]))
      }
      #expect(
        try await hospital.get("\(specimen.path)/bulkdata/00080018", accept: "*/*").text.hasPrefix(specimen.instance))
      for missing in ["00431234", "0040A730/7/00420011", "0040A730"] {
        #expect(try await hospital.get("\(specimen.path)/bulkdata/\(missing)").status == .notFound)
      }
      for wrong in ["PixelData", "7FE0001", "7FE00010/0", "7FE00010/x/7FE00010"] {
        #expect(try await hospital.get("\(specimen.path)/bulkdata/\(wrong)").status == .badRequest)
      }
    }
  }

  @Test("gives frames as OHIF asks for them")
  func retrievesFrames() async throws {
    let specimen = Specimen(frames: 5)
    try await open([specimen]) { hospital in
      for number in 1...5 {
        let frames = try parts(try await hospital.get("\(specimen.path)/frames/\(number)", accept: anyFrame))
        #expect(frames.map(\.content) == [Specimen.frame(number - 1)])
        #expect(frames.first?.contentType == "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1")
      }
      let list = try parts(try await hospital.get("\(specimen.path)/frames/5,1,3", accept: anyFrame))
      #expect(list.map(\.content) == [4, 0, 2].map(Specimen.frame))
      let encoded = try parts(try await hospital.get("\(specimen.path)/frames/2%2C4", accept: anyFrame))
      #expect(encoded.map(\.content) == [1, 3].map(Specimen.frame))
      let single = try await hospital.get("\(specimen.path)/frames/2", accept: "application/octet-stream")
      #expect(single.bytes == Specimen.frame(1))
      let range = try await hospital.get(
        "\(specimen.path)/frames/2", accept: "application/octet-stream", [.range: "bytes=4-7"])
      #expect(range.bytes == Array(Specimen.frame(1)[4..<8]))
      #expect(range.headers[.contentRange] == "bytes 4-7/48")
      for (frames, status) in [("6", 404), ("1,6", 404), ("0", 400), ("x", 400), ("1,,2", 400)] {
        #expect(try await hospital.get("\(specimen.path)/frames/\(frames)", accept: anyFrame).status.code == status)
      }
    }
  }

  @Test("gives compressed frames as they are, and nothing else")
  func retrievesCompressedFrames() async throws {
    let frames: [[UInt8]] = [[0xFF, 0xD8, 1, 2, 0xFF, 0xD9], [0xFF, 0xD8, 3, 4, 5, 6, 0xFF, 0xD9]]
    let specimen = Specimen(frames: 2, syntax: .jpegLSLossless, pixels: Specimen.encapsulated(frames))
    try await open([specimen]) { hospital in
      let both = try parts(try await hospital.get("\(specimen.path)/frames/1,2", accept: anyFrame))
      #expect(both.map(\.content) == frames)
      #expect(both.first?.contentType == "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.80")
      let typed = try await hospital.get("\(specimen.path)/frames/2", accept: #"multipart/related; type="image/jls""#)
      #expect(try parts(typed).first?.contentType == "image/jls; transfer-syntax=1.2.840.10008.1.2.4.80")
      let pixelData = try await hospital.get("\(specimen.path)/bulkdata/7FE00010", accept: anyFrame)
      #expect(try parts(pixelData).map(\.content) == frames)
      let refused = try await hospital.get(
        "\(specimen.path)/frames/1", accept: #"multipart/related; type="application/octet-stream""#)
      #expect(refused.status == .notAcceptable)
      #expect(try await hospital.get("\(specimen.path)/rendered").status == .notAcceptable)
    }
  }

  @Test("gives frames of single bits beginning with a byte each")
  func alignsBits() async throws {
    // Three frames of 5 × 5 pixels: 25 bits each, first pixel in the least significant bit.
    let bits = (0..<75).map { ($0 * 7) % 3 == 0 }
    var packed = [UInt8](repeating: 0, count: 10)
    for (index, bit) in bits.enumerated() where bit { packed[index / 8] |= 1 << UInt8(index % 8) }
    let pixels = packed
    let specimen = Specimen(
      frames: 3, pixels: pixels,
      more: { set in
        set.set(.rows, .us, 5)
        set.set(.columns, .us, 5)
        set.set(.bitsAllocated, .us, 1)
        set.set(.bitsStored, .us, 1)
        set.set(.highBit, .us, 0)
      })
    try await open([specimen]) { hospital in
      for frame in 0..<3 {
        let response = try await hospital.get("\(specimen.path)/frames/\(frame + 1)", accept: anyFrame)
        let content = try #require(try parts(response).first?.content)
        let read = (0..<25).map { content[$0 / 8] & 1 << UInt8($0 % 8) != 0 }
        #expect(content.count == 4)
        #expect(read == Array(bits[(frame * 25)..<(frame * 25 + 25)]))
      }
    }
  }

  @Test("gives big-endian frames of an odd number of bytes whole, each beginning with a word", arguments: [1, 3])
  func alignsWords(frames: Int) async throws {
    // 3 × 3 pixels of 8 bits in words whose later byte comes first (PS3.5-2016b §A.3).
    let values = (0..<frames * 9).map { UInt8($0 + 1) }
    let specimen = Specimen(
      frames: frames, syntax: .explicitVRBigEndian, pixels: values + (values.count % 2 == 0 ? [] : [0]),
      more: { set in
        set.set(.rows, .us, 3)
        set.set(.columns, .us, 3)
        set.set(.bitsAllocated, .us, 8)
        set.set(.bitsStored, .us, 8)
        set.set(.highBit, .us, 7)
      })
    try await open([specimen]) { hospital in
      for frame in 0..<frames {
        let response = try await hospital.get("\(specimen.path)/frames/\(frame + 1)", accept: anyFrame)
        let content = try #require(try parts(response).first?.content)
        try #require(content.count == 10)
        let read = stride(from: 0, to: 10, by: 2).flatMap { [content[$0 + 1], content[$0]] }
        #expect(read == Array(values[(frame * 9)..<(frame * 9 + 9)]) + [0])
        let rendered = try await hospital.get(
          "\(specimen.path)/frames/\(frame + 1)/rendered?window=14,28,linear-exact", accept: "image/png")
        #expect(rendered.status == .ok, "\(rendered.text)")
      }
    }
  }

  @Test(
    "says of an image without a single frame that there is none",
    arguments: [(TransferSyntax.explicitVRLittleEndian, 0), (.explicitVRLittleEndian, 40), (.jpegLSLossless, 0)])
  func emptyPixelData(syntax: TransferSyntax, length: Int) async throws {
    let pixels = syntax.isEncapsulated ? Specimen.encapsulated([]) : [UInt8](repeating: 7, count: length)
    let specimen = Specimen(syntax: syntax, pixels: pixels)
    try await open([specimen]) { hospital in
      for path in ["frames/1", "rendered", "frames/1/rendered", "thumbnail"] {
        let response = try await hospital.get("\(specimen.path)/\(path)")
        #expect(response.status == .notFound, "\(path): \(response.text)")
      }
      #expect(try await hospital.get("\(specimen.path)/metadata").status == .ok)
    }
  }

  @Test("renders pictures of the size asked for", arguments: ["image/png", "image/jpeg"])
  func renders(_ type: String) async throws {
    let specimen = Specimen(frames: 3)
    try await open([specimen]) { hospital in
      let signature: [UInt8] = type == "image/png" ? [0x89, 0x50, 0x4E, 0x47] : [0xFF, 0xD8, 0xFF]
      for path in [
        "rendered", "frames/2/rendered", "rendered?viewport=12,12&window=100,200&quality=80", "thumbnail",
        "rendered?window=100,200,sigmoid",
      ] {
        let response = try await hospital.get("\(specimen.path)/\(path)", accept: type)
        #expect(response.status == .ok, "\(path)")
        #expect(response.contentType == type)
        #expect(response.bytes.starts(with: signature))
      }
      let sized = try await hospital.get("\(specimen.path)/rendered?viewport=12%2C12&accept=image/png", accept: type)
      // Width and height of IHDR (ISO/IEC 15948 §11.2.2): 4 × 6 pixels fitted into 12 × 12.
      #expect(Array(sized.bytes[16..<24]) == [0, 0, 0, 8, 0, 0, 0, 12])
      #expect(try await hospital.get("\(specimen.path)/frames/4/rendered").status == .notFound)
      #expect(try await hospital.get("\(specimen.path)/rendered?window=1,0").status == .badRequest)
      #expect(try await hospital.get("\(specimen.path)/rendered", accept: "image/gif").status == .notAcceptable)
      #expect(try await hospital.get("studies/\(specimen.study)/thumbnail", accept: "*/*").contentType == "image/jpeg")
    }
  }

  @Test("shows an encapsulated PDF without its padding")
  func rendersDocument() async throws {
    let document = Array("%PDF-1.7 odd".utf8) + [0x41]
    let specimen = Specimen(more: { set in
      set.set(.encapsulatedDocument, .ob, bytes: document + [0])
      set.set(.encapsulatedDocumentLength, .ul, document.count)
      set.set(.mimeTypeOfEncapsulatedDocument, .lo, "application/pdf")
    })
    try await open([specimen]) { hospital in
      let response = try await hospital.get("\(specimen.path)/rendered", accept: "*/*")
      #expect(response.contentType == "application/pdf")
      #expect(response.bytes == document)
      #expect(response.headers[.xContentTypeOptions] == "nosniff")
    }
  }

  @Test("hides what is not there and what is not theirs alike")
  func hides() async throws {
    try await open([Specimen()]) { hospital in
      let other: HTTPFields = [.who: "radiologist@elsewhere"]
      for suffix in ["", "/metadata", "/frames/1", "/rendered", "/bulkdata/7FE00010", "/thumbnail"] {
        let missing = try await hospital.get("studies/1.2/series/1.3/instances/1.4\(suffix)")
        let hidden = try await hospital.get("\(Specimen().path)\(suffix)", other)
        #expect(missing.status == .notFound)
        #expect(hidden.status == .notFound)
        #expect(missing.bytes == hidden.bytes)
      }
    }
  }

  @Test(
    "checks the UIDs of a path",
    arguments: [
      "..", "%2E%2E", ".", "1..2", ".1", "1.", "a", "1.2%2F3", "1.2%20", "%31%zz", "1.2;3",
      String(repeating: "1", count: 65),
    ])
  func checksUIDs(_ uid: String) async throws {
    try await Hospital.open { hospital in
      let study = try await hospital.get("studies/\(uid)")
      #expect(study.status == .badRequest)
      #expect(try await hospital.get("studies/1.2/series/\(uid)/metadata").status == .badRequest)
    }
  }

  @Test("decodes the UIDs of a path")
  func decodesUIDs() async throws {
    try await open([Specimen()]) { hospital in
      let response = try await hospital.get("studies/1%2E2.826.0.1.1/metadata")
      #expect(response.status == .ok)
    }
  }

  @Test("forgets what is deleted")
  func deletes() async throws {
    let first = Specimen(instance: "1.2.3.1", number: 1)
    let second = Specimen(instance: "1.2.3.2", number: 2)
    try await open([first, second]) { hospital in
      let refused = try await hospital.send(.delete, first.path, [.who: "radiologist"])
      #expect(refused.status == .forbidden)
      #expect(try await hospital.send(.delete, first.path).status == .noContent)
      #expect(try await hospital.send(.delete, first.path).status == .notFound)
      #expect(try await hospital.get("studies/\(first.study)/metadata").rows.count == 1)
      #expect(try await hospital.send(.delete, "studies/\(first.study)").status == .noContent)
      #expect(try await hospital.get("studies/\(first.study)/metadata").status == .notFound)
      #expect(try await hospital.get("studies").status == .noContent)
      // What was deleted may be sent again.
      #expect(try await hospital.store([try first.file]).status == .ok)
      #expect(try await hospital.get("studies").rows.count == 1)
    }
  }

  @Test("lets pages of declared origins ask")
  func answersOtherOrigins() async throws {
    var configuration = DICOMwebConfiguration()
    configuration.allowedOrigins = ["https://viewer.example"]
    try await Hospital.open(configuration) { hospital in
      let wanted: HTTPFields = [
        .origin: "https://viewer.example", .accessControlRequestMethod: "GET", .who: "nobody",
      ]
      let preflight = try await hospital.send(.options, "studies/1.2/metadata", wanted)
      #expect(preflight.status == .noContent)
      #expect(preflight.headers[.accessControlAllowOrigin] == "https://viewer.example")
      #expect(preflight.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
      let answer = try await hospital.get("studies", [.origin: "https://viewer.example"])
      #expect(answer.headers[.accessControlAllowOrigin] == "https://viewer.example")
      #expect(answer.headers[.accessControlExposeHeaders]?.contains("Content-Range") == true)
      // A refusal must be readable for the page as well.
      let refused = try await hospital.get("studies", [.origin: "https://viewer.example", .who: "nobody"])
      #expect(refused.status == .unauthorized)
      #expect(refused.headers[.accessControlAllowOrigin] == "https://viewer.example")
      let stranger = try await hospital.get("studies", [.origin: "https://evil.example"])
      #expect(stranger.headers[.accessControlAllowOrigin] == nil)
      let options = try await hospital.send(.options, "studies", [.who: "nobody"])
      #expect(options.headers[.allow] == "GET, OPTIONS, POST")
    }
  }
}

/// Series documents that count how often they are read.
private final class CountedDocuments: SeriesDocuments {
  private let kept = InMemorySeriesDocuments()
  private let count = Mutex(0)

  var reads: Int { count.withLock { $0 } }

  func put(_ document: InstanceDocument, series: SeriesUID, of study: StudyUID) async throws {
    await kept.put(document, series: series, of: study)
  }

  func documents(of series: SeriesUID, in study: StudyUID) async throws -> [RecordID: InstanceDocument] {
    count.withLock { $0 += 1 }
    return await kept.documents(of: series, in: study)
  }

  func remove(_ series: SeriesUID, of study: StudyUID) async throws { await kept.remove(series, of: study) }
  func removeAll() async throws { await kept.removeAll() }
}

@Suite("Real files over DICOMweb", .enabled(if: ProcessInfo.processInfo.environment["ISOCENTER_SAMPLES"] != nil))
struct SampleFileTests {
  /// Larger samples take long in debug builds.
  static let maximumLength = 1_000_000

  @Test("come back as they were, with metadata and frames")
  func roundTrip() async throws {
    let folder = ProcessInfo.processInfo.environment["ISOCENTER_SAMPLES"] ?? ""
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }.sorted() ?? []
    try await Hospital.open { hospital in
      var stored = 0
      for name in files.filter({ $0.hasSuffix(".dcm") }) {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)"), data.count <= Self.maximumLength
        else { continue }
        let response = try await hospital.store([Array(data)])
        guard response.status == .ok,
          let address = try response.dataSet.items(.referencedSOPSequence).first?
            .string(.retrieveURL)
        else { continue }
        stored += 1
        let path = String(address.dropFirst("http://localhost/dicom-web/".count))
        let back = try await hospital.get(path, accept: "application/dicom")
        let metadata = try await hospital.get("\(path)/metadata")
        #expect(metadata.status == .ok, "\(name)")
        #expect((try? JSONSerialization.jsonObject(with: Data(metadata.bytes))) != nil, "\(name)")
        let frame = try await hospital.get(
          "\(path)/frames/1", accept: "multipart/related; type=application/octet-stream; transfer-syntax=*")
        #expect([200, 404, 406].contains(frame.status.code), "\(name)")
        let rendered = try await hospital.get("\(path)/rendered")
        #expect([200, 404, 406].contains(rendered.status.code), "\(name): \(rendered.status)")
        // The same instance may have come before in other bytes.
        #expect(back.status == .ok, "\(name)")
      }
      #expect(stored > 0)
    }
  }
}
