import ArgumentParser
import DICOM
import Foundation

struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump", abstract: "Show what is in DICOM files.",
    discussion: """
      Pixel data and long values are told by length and place, never loaded, so a file may be larger than the memory.
      A path is a tag or keyword, with item numbers between the steps into sequences:

        isocenter dump --path PatientID FILE
        isocenter dump --path RequestAttributesSequence/0/ScheduledProcedureStepID FILE
        isocenter dump --json FILE | jq

      Exit status 1 when a file cannot be read or has nothing at the path.
      """)

  @Flag(name: .long, help: "Write the DICOM JSON Model (PS3.18 F), an array of one object a file.")
  var json = false
  @Flag(name: .long, help: "Write the Native DICOM Model (PS3.19 A.1); one file.")
  var xml = false
  @Option(name: .long, help: "Show only this element.")
  var path: String?
  @Flag(name: .long, help: "Begin each line with the path of its element.")
  var paths = false
  @Flag(name: .long, help: "Show values in full.")
  var full = false
  @Option(name: .long, help: "A file of private attributes, in DCMTK's form.")
  var privateDictionary: String?
  @Argument(help: "The files to show.")
  var files: [String]

  func validate() throws {
    if json, xml { throw ValidationError("choose --json or --xml") }
    if xml, files.count > 1 { throw ValidationError("--xml takes one file, as a document has one root") }
    if json || xml, path != nil { throw ValidationError("--path shows lines; leave --json and --xml away") }
    if let path, TagPath(selector: path) == nil {
      throw ValidationError("--path wants tags or keywords with item numbers between them, as in SequenceKeyword/0/Tag")
    }
  }

  func run() throws {
    var dictionary = PrivateDictionary.known
    if let privateDictionary {
      guard let text = try? String(contentsOfFile: privateDictionary, encoding: .utf8) else {
        throw CommandFailure("\(privateDictionary): cannot be read as text")
      }
      dictionary.merge(PrivateDictionary(table: text))
    }
    let output = StandardOutput()
    var failures = 0
    if json { output.write(Array("[".utf8)) }
    var isFirst = true
    for name in files where !output.isClosed {
      do {
        let file = try InspectedFile(path: name)
        if json, !isFirst { output.write(Array(",\n".utf8)) }
        isFirst = false
        try show(file, dictionary, output)
      } catch let failure as CommandFailure {
        Terminal.say(failure.description)
        failures += 1
      }
    }
    if json { output.write(Array("]\n".utf8)) }
    output.flush()
    if failures > 0 { throw ExitCode(1) }
  }

  private func show(_ file: InspectedFile, _ dictionary: PrivateDictionary, _ output: StandardOutput) throws {
    let header = file.header
    let address = URL(filePath: file.path).absoluteString
    if json || xml {
      let write = json ? DICOMJSON.write : NativeDICOMModel.write
      write(header.dataSet, InspectedFile.valueLength, dictionary, { "\(address)#\($0)" }, output.write)
      return
    }
    var dump = Dump(colours: StandardOutput.hasColours, paths: paths, privateDictionary: dictionary)
    if full { dump.values.width = .max }
    if let path, let selected = TagPath(selector: path) {
      let root = selected.tag.group == 0x0002 ? header.fileMeta : header.dataSet
      guard let item = root.item(at: selected.steps), let element = item[selected.tag] else {
        throw CommandFailure("\(file.path): nothing at \(selected)")
      }
      dump.write(element, in: item, selected.steps, to: output.line)
    } else {
      dump.preface(header, file.path, to: output.line)
      dump.write(header.fileMeta, to: output.line)
      dump.write(header.dataSet, to: output.line)
    }
  }
}
