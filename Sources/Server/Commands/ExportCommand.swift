import ArchiveCore
import ArgumentParser
import DICOM

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write plain DICOM files: STUDY/SERIES/INSTANCE.dcm, by UIDs.",
    discussion: """
      An interrupted export goes on where it was.
      With --dicomdir the files lie in IMAGES, under short names, with a DICOMDIR beside them, as media and other systems
      want it; with --zip all of that becomes one ZIP archive. Both begin anew when they are started again.
      """)

  @OptionGroup var directory: DataOption
  @OptionGroup var output: JSONOption
  @Option(name: .long, help: "Only this study (Study Instance UID).")
  var study: String?
  @Flag(name: .long, help: "Write a file-set with DICOMDIR into the folder.")
  var dicomdir = false
  @Flag(name: .long, help: "Write a file-set with DICOMDIR as one ZIP archive; the target is its name.")
  var zip = false
  @Argument(help: "The folder to write into, or the ZIP archive.")
  var target: String

  func validate() throws {
    if dicomdir, zip { throw ValidationError("--zip has a DICOMDIR already; leave --dicomdir away") }
  }

  func run() async throws {
    let wanted = try study.map { text in
      guard let uid = StudyUID(text) else { throw ValidationError("--study wants a Study Instance UID") }
      return uid
    }
    try directory.requireArchive()
    let bar = SharedProgress("exporting", unit: .count, quiet: output.json)
    let summary: ExportSummary
    if let server = await ControlClient.connect(to: directory.data) {
      summary = await run(from: SocketProvider(server: server, study: wanted), bar)
    } else {
      var configuration = Configuration()
      configuration.data = directory.data
      let opened = try await OpenArchive.open(configuration)
      _ = try await opened.archive.recover()
      summary = await run(
        from: ArchiveProvider(archive: opened.archive, principal: .system("export"), study: wanted), bar)
      try await opened.close()
    }
    bar.finish()
    if output.json {
      Output.line(try summary.json())
    } else {
      Output.line(summary.text)
    }
    if !summary.isClean { throw ExitCode(1) }
  }

  private func run(from provider: some ObjectProvider, _ bar: SharedProgress) async -> ExportSummary {
    func report(_ progress: ExportProgress) {
      bar.update(UInt64(progress.instancesDone), total: UInt64(progress.instances))
    }
    guard zip || dicomdir else { return await Exporter(from: provider, to: target).run(report: report) }
    let directory = UID(rawValue: "2.25.\(ArchiveCore.Environment.system.random())")
    let exporter = FileSetExporter(from: provider, directory: directory)
    return zip
      ? await exporter.write(zip: target, report: report) : await exporter.write(folder: target, report: report)
  }
}
