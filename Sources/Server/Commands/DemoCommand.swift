import ArchiveCore
import ArgumentParser

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Put the demo hospital into an archive: made up, the same for the same seed.",
    discussion: """
      Two sites, twelve patients, twenty studies: CT of chest, abdomen and head with dose reports, MR of the brain,
      radiographs, mammograms, ultrasound of the heart, reports; patients with priors; names in ten scripts. Nobody in it
      exists.

      With --studies, so many small studies of two images each are made instead: for trying out large archives.

      What is there already is left alone, so that a run that was interrupted can simply be started again. When a server
      runs on the data directory the studies go through it.
      """)

  @OptionGroup var directory: DataOption
  @OptionGroup var output: JSONOption
  @Option(name: .long, help: "What decides everything about the demo.")
  var seed = DemoHospital.seed
  @Option(name: .long, help: "So many small studies in place of the hospital.")
  var studies: Int?

  func validate() throws {
    guard let studies, !(1...DemoHospital.maximumSmallStudies).contains(studies) else { return }
    throw ValidationError("--studies takes 1 to \(DemoHospital.maximumSmallStudies)")
  }

  func run() async throws {
    if let studies {
      try await fill(DemoHospital.smallStudies(seed: seed, studies), objects: studies * SmallSeries.instances)
    } else {
      let hospital = DemoHospital.studies(seed: seed)
      try await fill(hospital, objects: hospital.reduce(0) { $0 + $1.instances })
    }
  }

  private func fill(_ studies: some Sequence<DemoStudy> & Sendable, objects: Int) async throws {
    let bar = SharedProgress("making the demo", total: UInt64(objects), unit: .count, quiet: output.json)
    let summary: DemoSummary
    if let server = await ControlClient.connect(to: directory.data) {
      summary = try await send(studies, to: server, bar)
    } else {
      var configuration = Configuration()
      configuration.data = directory.data
      let opened = try await OpenArchive.open(configuration)
      _ = try await opened.archive.recover()
      summary = try await DemoFiller(opened.archive).fill(studies) { objects, studies in
        bar.update(UInt64(objects), detail: "\(studies) studies")
      }
      try await opened.close()
    }
    bar.finish()
    if output.json {
      try Output.json(summary)
    } else {
      Output.line(summary.text)
    }
    if summary.quarantined > 0 { throw ExitCode(1) }
  }

  private func send(
    _ studies: some Sequence<DemoStudy> & Sendable, to server: ControlClient, _ bar: SharedProgress
  ) async throws -> DemoSummary {
    let receiver = SocketReceiver(
      server, boundary: "part-\(Environment.system.random())",
      source: Source(channel: .demo, name: "demo", site: .main))
    var objects: UInt64 = 0
    let imported = await Importer(into: receiver).run(DemoImport(studies: studies)) { event in
      guard case .received = event else { return }
      objects += 1
      bar.update(objects)
    }
    guard imported.refused == 0, case .complete = imported.ending else {
      throw CommandFailure(
        "the server took \(imported.stored) of \(objects) objects; the same command goes on from here")
    }
    var summary = DemoSummary()
    // A server does not tell what it had already.
    summary.studies = studies.reduce(0) { count, _ in count + 1 }
    summary.stored = imported.stored
    summary.alreadyThere = imported.alreadyThere
    summary.quarantined = imported.quarantined
    summary.bytes = imported.bytes
    return summary
  }
}

/// The demo hospital behind `serve --demo`.
extension DemoCommand {
  /// DCMTK's tools under the titles they use unless told otherwise, at the demo hospital's first site: a visitor's
  /// `storescu` and `findscu` work at once.
  static var callers: [Node] {
    let site = DemoHospital.studies().first?.patient.site.id ?? .main
    return NodeDirectory.customaryCallers.map {
      Node(aeTitle: $0.aeTitle, host: $0.host, port: $0.port, site: site, roles: $0.roles)
    }
  }

  /// The sites of the demo, as a configuration names sites.
  static var sites: [SiteConfiguration] {
    DemoSite.all.map { SiteConfiguration(id: $0.id, timeZone: $0.timeZone, issuer: $0.code) }
  }

  /// Stores the demo hospital in an empty archive, or completes one that an earlier start left unfinished. An archive
  /// that has anything else stays as it is, and what was deleted from a finished one stays deleted.
  static func fill(_ opened: OpenArchive) async throws {
    let studies = DemoHospital.studies()
    let filler = DemoFiller(opened.archive)
    let found = try await opened.archive.find(Query(level: .study, limit: 1), as: .system("demo"))
    if !found.matches.isEmpty {
      guard let first = studies.first, let last = studies.last, try await filler.holds(first),
        try await !filler.holds(last)
      else { return }
    }
    let bar = SharedProgress(
      "making the demo hospital", total: UInt64(studies.reduce(0) { $0 + $1.instances }), unit: .count)
    _ = try await filler.fill(studies) { objects, studies in
      bar.update(UInt64(objects), detail: "\(studies) studies")
    }
    bar.finish()
  }
}
