import ArchiveCore
import HTTPTypes
import Hummingbird
import Workflow

/// Who sent what and what went where in the last day: `/api/v1/traffic`.
struct TrafficRoutes: Sendable {
  let archive: Archive
  let traffic: TrafficProjection
  let environment: ArchiveCore.Environment

  struct Hour: Encodable, Sendable {
    /// When it began.
    var hour: String
    var instances: Int
    var bytes: UInt64?
    var studies: Int?
  }

  struct SourceAnswer: Encodable, Sendable {
    var channel: String?
    var name: String
    var site: String
    var lastSeen: String
    var hours: [Hour]
  }

  struct DestinationAnswer: Encodable, Sendable {
    var name: String
    var lastSent: String
    var hours: [Hour]
  }

  struct Recent: Encodable, Sendable {
    var study: String
    var at: String
    var name: String
    var site: String
  }

  struct Answer: Encodable, Sendable {
    var at: String
    var sources: [SourceAnswer]
    /// Absent for whoever does not answer for every site.
    var destinations: [DestinationAnswer]?
    var recent: [Recent]
    var isPartial: Bool
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("traffic", use: show)
  }

  @Sendable func show(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    try await archive.authorize(.administer, of: principal, object: "traffic")
    let present = try await traffic.present()
    let flows = present.flows.filter { principal.sites.includes($0.key.site) }
      .sorted { ($0.key.name, $0.key.site.value) < ($1.key.name, $1.key.site.value) }
    let destinations = principal.sites == .all ? Self.destinations(try await traffic.forwarded()) : nil
    return try Response.json(
      Answer(
        at: environment.now().rfc3339,
        sources: flows.map { origin, flow in
          SourceAnswer(
            channel: origin.channel?.rawValue, name: origin.name, site: origin.site.value,
            lastSeen: flow.lastSeen.rfc3339,
            hours: flow.hours.sorted { $0.key < $1.key }.map { hour, volume in
              Hour(
                hour: Self.moment(hour), instances: volume.instances, bytes: volume.bytes, studies: volume.studies)
            })
        },
        destinations: destinations,
        recent: present.recent.filter { principal.sites.includes($0.origin.site) }.map {
          Recent(study: $0.study.value, at: $0.at.rfc3339, name: $0.origin.name, site: $0.origin.site.value)
        },
        isPartial: present.isPartial), context: context)
  }

  private static func destinations(_ hours: [ForwardedHour]) -> [DestinationAnswer] {
    Dictionary(grouping: hours, by: \.destination).sorted { $0.key < $1.key }.compactMap { name, hours in
      guard let last = hours.map(\.last).max() else { return nil }
      return DestinationAnswer(
        name: name, lastSent: last.rfc3339,
        hours: hours.map { Hour(hour: Self.moment($0.hour), instances: $0.instances) })
    }
  }

  private static func moment(_ hour: Int64) -> String {
    Instant(nanoseconds: hour.multipliedReportingOverflow(by: 3_600_000_000_000).partialValue).rfc3339
  }
}
