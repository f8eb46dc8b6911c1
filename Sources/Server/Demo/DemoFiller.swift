import ArchiveCore
import DICOM
import NIOCore

/// What filling an archive with the demo did.
struct DemoSummary: Sendable, Equatable, Encodable {
  /// Studies that had to be completed.
  var studies = 0
  /// Studies that were there already.
  var studiesAlreadyThere = 0
  var stored = 0
  var alreadyThere = 0
  /// Set aside, because the archive knows other objects by these UIDs.
  var quarantined = 0
  /// Bytes made.
  var bytes: UInt64 = 0

  var text: String {
    var words = "\(stored) objects of \(studies) studies stored; \(studiesAlreadyThere) studies were there already"
    if quarantined > 0 { words += "; \(quarantined) objects set aside: the archive has others by their UIDs" }
    return words
  }
}

/// Puts studies of the demo into an archive, as if each site had sent its own.
///
/// What is there already is left alone: a run that was cut off is completed by the same run.
struct DemoFiller: Sendable {
  /// Objects made ahead of the one being stored.
  static let objectsAhead = 8
  /// Objects that share syncs and a transaction.
  static let batch = 100
  /// Objects after which a site's delivery ends at the next study's end.
  static let deliveryLength = 100

  let archive: Archive
  private let principal = Principal.system("demo")

  init(_ archive: Archive) { self.archive = archive }

  /// Where a site's objects come from.
  static func source(of site: DemoSite) -> Source {
    Source(channel: .demo, name: "demo", site: site.id, defaultIssuer: site.code)
  }

  /// - Parameter report: hears how many objects of how many studies have been dealt with.
  func fill(
    _ studies: some Sequence<DemoStudy>, report: (_ objects: Int, _ studies: Int) -> Void
  ) async throws -> DemoSummary {
    var summary = DemoSummary()
    var deliveries: [SiteID: Delivery] = [:]
    var inDelivery: [SiteID: Int] = [:]
    var done = (objects: 0, studies: 0)
    for study in studies {
      try Task.checkCancellation()
      let site = study.patient.site.id
      if try await holds(study) {
        summary.studiesAlreadyThere += 1
        done.objects += study.instances
      } else {
        let delivery: Delivery
        if let open = deliveries[site] {
          delivery = open
        } else {
          delivery = try await archive.openDelivery(
            from: Self.source(of: study.patient.site), by: principal)
          deliveries[site] = delivery
        }
        for series in study.series() {
          try await store(series, in: delivery, &summary, count: inDelivery[site, default: 0]) {
            done.objects += 1
            inDelivery[site, default: 0] += 1
            report(done.objects, done.studies)
          }
        }
        summary.studies += 1
        if inDelivery[site, default: 0] >= Self.deliveryLength {
          summary.add(try await delivery.settle())
          await delivery.close()
          deliveries[site] = nil
          inDelivery[site] = 0
        }
      }
      done.studies += 1
      report(done.objects, done.studies)
    }
    for delivery in deliveries.values {
      summary.add(try await delivery.settle())
      await delivery.close()
    }
    return summary
  }

  /// Whether everything of a study is in the archive.
  func holds(_ study: DemoStudy) async throws -> Bool {
    guard let uid = StudyUID(study.uid.rawValue) else { return false }
    do {
      return try await archive.instances(.study(uid), as: principal).count >= study.instances
    } catch let error as ArchiveError where error.code == .notFound {
      return false
    }
  }

  /// Stores a series in order, while its next objects are being made.
  private func store(
    _ series: any DemoSeries, in delivery: Delivery, _ summary: inout DemoSummary, count: Int,
    each: () -> Void
  ) async throws {
    var staged = count
    try await withThrowingTaskGroup(of: (Int, DemoObject).self) { group in
      var made: [Int: DemoObject] = [:]
      var next = 0
      var position = 0
      while position < series.count {
        while next < series.count, next < position + Self.objectsAhead {
          let wanted = next
          group.addTask { (wanted, series.object(wanted)) }
          next += 1
        }
        guard let object = made.removeValue(forKey: position) else {
          if let (place, object) = try await group.next() { made[place] = object }
          continue
        }
        _ = try await delivery.stage(OneBuffer(ByteBuffer(bytes: object.bytes)), as: .part10)
        summary.bytes &+= UInt64(object.bytes.count)
        position += 1
        staged += 1
        each()
        if staged.isMultiple(of: Self.batch) { summary.add(try await delivery.settle()) }
      }
    }
  }
}

extension DemoSummary {
  fileprivate mutating func add(_ outcomes: [IngestOutcome]) {
    for outcome in outcomes {
      switch outcome.kind {
      case .stored: stored += 1
      case .alreadyStored: alreadyThere += 1
      case .quarantined: quarantined += 1
      }
    }
  }
}

/// One chunk as a sequence.
struct OneBuffer: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  private let buffer: ByteBuffer

  init(_ buffer: ByteBuffer) { self.buffer = buffer }

  struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var buffer: ByteBuffer?

    mutating func next() async throws -> ByteBuffer? {
      defer { buffer = nil }
      return buffer
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffer: buffer) }
}
