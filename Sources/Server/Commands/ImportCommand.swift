import ArchiveCore
import ArgumentParser

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Put files, folders, ZIP archives and DICOMDIR media into the archive.",
    discussion: """
      Through the server when one runs on the data directory, directly otherwise. What is there already is left alone, so
      an interrupted import can simply be started again.
      Exit status 1 when an object was refused or set aside.
      """)

  @OptionGroup var directory: DataOption
  @OptionGroup var output: JSONOption
  @Option(name: .long, help: "The site the objects belong to. (default: main)")
  var site = SiteID.main.value
  @Argument(help: "Files, folders, ZIP archives, DICOMDIR files.")
  var paths: [String]

  func run() async throws {
    let source = Source(channel: .importing, name: "import", site: SiteID(site))
    let bar = SharedProgress("importing", unit: .bytes, quiet: output.json)
    let summary: ImportSummary
    if let server = await ControlClient.connect(to: directory.data) {
      summary = await run(
        into: SocketReceiver(server, boundary: "part-\(Environment.system.random())", source: source), bar)
    } else {
      var configuration = Configuration()
      configuration.data = directory.data
      let opened = try await OpenArchive.open(configuration)
      _ = try await opened.archive.recover()
      let delivery = try await opened.archive.openDelivery(from: source, by: .system("import"))
      summary = await run(into: DeliveryReceiver(delivery), bar)
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

  private func run(into receiver: some ObjectReceiver, _ bar: SharedProgress) async -> ImportSummary {
    var bytes: UInt64 = 0
    var objects = 0
    return await Importer(into: receiver).run(ImportSource(paths: paths)) { event in
      if case .received(_, let count) = event {
        bytes &+= count
        objects += 1
        bar.update(bytes, detail: "\(objects) objects")
      }
    }
  }
}
