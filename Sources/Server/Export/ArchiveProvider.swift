import ArchiveCore

/// Exports from the archive that this process has open.
struct ArchiveProvider: ObjectProvider {
  let archive: Archive
  let principal: Principal
  /// `nil` for everything.
  let study: StudyUID?

  /// Studies asked for at a time.
  static let page = 500

  func instances() async throws -> [ExportedInstance] {
    var found: [ExportedInstance] = []
    for study in try await studies() {
      for reference in try await archive.instances(.study(study), as: principal) {
        found.append(
          ExportedInstance(
            study: reference.study, series: reference.series, instance: reference.instance,
            // How long a corrected object is shows when it is made.
            length: reference.isAsStated ? reference.location.length : nil,
            digest: reference.isAsStated ? reference.digest.bytes : nil))
      }
    }
    return found
  }

  func bytes(of instance: ExportedInstance) async throws -> RecordBytes {
    let selection = Selection.instance(instance.study, instance.series, instance.instance)
    guard let reference = try await archive.instances(selection, as: principal).first else {
      throw ArchiveError(.notFound, "\(instance.instance) has gone meanwhile")
    }
    return try await archive.bytes(of: reference, try await archive.file(of: reference))
  }

  private func studies() async throws -> [StudyUID] {
    if let study { return [study] }
    var studies: [StudyUID] = []
    var query = Query(level: .study, limit: Self.page)
    while true {
      let result = try await archive.find(query, as: principal)
      studies.append(contentsOf: result.matches.compactMap(\.study))
      guard result.hasMore, !result.matches.isEmpty else { return studies }
      query.offset += result.matches.count
    }
  }
}
