import ArchiveCore
import ArgumentParser

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write plain DICOM files: STUDY/SERIES/INSTANCE.dcm, by UIDs.",
    discussion: "An interrupted export goes on where it was. A DICOMDIR is not written yet.")

  @OptionGroup var directory: DataOption
  @OptionGroup var output: JSONOption
  @Option(name: .long, help: "Only this study (Study Instance UID).")
  var study: String?
  @Argument(help: "The folder to write into.")
  var target: String

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
    await Exporter(from: provider, to: target).run { progress in
      bar.update(UInt64(progress.instancesDone), total: UInt64(progress.instances))
    }
  }
}
