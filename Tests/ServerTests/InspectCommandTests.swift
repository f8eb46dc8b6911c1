import DICOM
import Foundation
import TestKit
import Testing

@Suite("The commands that look into files", .enabled(if: ServerProcess.isBuilt, "isocenter is not built"))
struct InspectCommandTests {
  private static func file(_ folder: TemporaryFolder, _ name: String, rows: Int = 1) throws -> String {
    var dataSet = DataSet()
    dataSet.set(.sopClassUID, UID.secondaryCaptureImageStorage)
    dataSet.set(.sopInstanceUID, UID("1.2.3.4"))
    dataSet.set(.patientID, .lo, "ID-7")
    dataSet.set(.rows, .us, rows)
    let path = "\(folder.path)/\(name)"
    try Data(Part10.write(dataSet, in: .explicitVRLittleEndian)).write(to: URL(filePath: path))
    return path
  }

  @Test("show a file as lines, JSON and XML, and without colours where there is no terminal")
  func dump() async throws {
    let folder = try TemporaryFolder()
    let path = try Self.file(folder, "a.dcm")
    let lines = try await ServerProcess.command(["dump", path])
    #expect(lines.status == 0)
    #expect(lines.output.contains("(0010,0020) LO PatientID = ID-7\n") && !lines.output.contains("\u{1B}"))
    let one = try await ServerProcess.command(["dump", "--path", "PatientID", path])
    #expect(one.output == "(0010,0020) LO PatientID = ID-7\n")
    let json = try await ServerProcess.command(["dump", "--json", path, path])
    #expect(try DICOMJSON.decodeArray(Array(json.output.utf8)).map { $0.string(.patientID) } == ["ID-7", "ID-7"])
    let xml = try await ServerProcess.command(["dump", "--xml", path])
    #expect(try NativeDICOMModel.decode(Array(xml.output.utf8)).string(.patientID) == "ID-7")
  }

  @Test("end with 1 for findings, differences and what cannot be read, and say why in one line")
  func status() async throws {
    let folder = try TemporaryFolder()
    let (one, two) = (try Self.file(folder, "1.dcm"), try Self.file(folder, "2.dcm", rows: 2))
    #expect(try await ServerProcess.command(["diff", one, one]).status == 0)
    let difference = try await ServerProcess.command(["diff", one, two])
    #expect(difference.status == 1)
    #expect(difference.output == "- 00280010 (0028,0010) US Rows = 1\n+ 00280010 (0028,0010) US Rows = 2\n")
    let report = try await ServerProcess.command(["validate", "--json", one])
    #expect(report.status == 1 && report.output.contains("\"rule\":\"missing\""))
    #expect(!report.output.contains("ID-7"))
    let missing = try await ServerProcess.command(["dump", "\(folder.path)/none"])
    #expect(missing.status == 1 && missing.errors.contains("No such file"))
    #expect(missing.errors.split(separator: "\n").count == 1)
  }

  @Test(
    "refuse a wrong use with 2",
    arguments: [
      ["dump", "--json", "--xml", "a"], ["dump", "--xml", "a", "b"], ["dump", "--path", "NoKeyword", "a"],
      ["dump", "--path", "PatientID/0", "a"], ["diff", "a"], ["validate"], ["validate", "--severity", "fatal", "a"],
    ])
  func wrongUse(arguments: [String]) async throws {
    #expect(try await ServerProcess.command(arguments).status == 2)
  }
}
