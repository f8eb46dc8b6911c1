import ArchiveCore
import DICOM
import HTTPTypes
import Hummingbird
import Workflow

/// What sources are held to, and how far they keep to it: `/api/v1/source-profiles`, `/api/v1/devices`.
struct ProfileRoutes: Sendable {
  let profiles: SourceProfiles

  /// A profile as it is asked for and shown: what is ours to give may be asked for and does not count.
  struct Body: Codable, Sendable {
    struct Trial: Codable, Sendable {
      var version: Int
      var at: String
      var examined: Int
      var deviating: Int
      var coerced: Int
    }

    var id: String?
    /// Of a replacement: the version it was made from.
    var version: Int?
    var name: String
    var source: ProfiledSource
    var required: [RequiredAttribute]?
    var characterSet: CharacterSetRule?
    var naming: [NamingRule]?
    var transferSyntaxes: [String]?
    var holdsToStandard: Bool?
    var coercions: [Coercion]?
    /// The version that holds; absent while it is off.
    var on: Int?
    var tried: Trial?

    init(_ status: SourceProfiles.Status) {
      let profile = status.record.profile
      id = profile.id
      version = profile.version
      name = profile.name
      source = profile.source
      required = profile.required
      characterSet = profile.characterSet
      naming = profile.naming
      transferSyntaxes = profile.transferSyntaxes
      holdsToStandard = profile.holdsToStandard
      coercions = profile.coercions
      on = status.holding
      tried = status.record.trial.map {
        Trial(
          version: $0.version,
          at: Instant(nanoseconds: $0.at.multipliedReportingOverflow(by: 1_000_000_000).partialValue).rfc3339,
          examined: $0.examined, deviating: $0.deviating, coerced: $0.coerced)
      }
    }

    var profile: SourceProfile {
      SourceProfile(
        name: name, source: source, required: required, characterSet: characterSet, naming: naming,
        transferSyntaxes: transferSyntaxes, holdsToStandard: holdsToStandard, coercions: coercions)
    }
  }

  struct AskedTrial: Decodable, Sendable {
    /// One that is not kept; left out for one that is.
    var profile: Body?
    /// Instances, the newest first.
    var limit: Int?
  }

  struct TrialAnswer: Encodable, Sendable {
    struct Deviating: Encodable, Sendable {
      var deviation: String
      var count: Int
      /// SOP Instance UID.
      var example: String
    }

    struct Change: Encodable, Sendable {
      var attribute: String
      var stated: String
      var believed: String
      var count: Int
      var example: String
    }

    var examined: Int
    var deviating: Int
    var coerced: Int
    var deviations: [Deviating]
    var changes: [Change]
    var isPartial: Bool

    init(_ outcome: ProfileTrialRun.Outcome) {
      examined = outcome.examined
      deviating = outcome.deviating
      coerced = outcome.coerced
      deviations = outcome.deviations.map {
        Deviating(deviation: $0.name, count: $0.count, example: $0.example.value)
      }
      changes = outcome.changes.map {
        Change(
          attribute: $0.attribute.keyword ?? $0.attribute.hex, stated: $0.stated, believed: $0.believed,
          count: $0.count, example: $0.example.value)
      }
      isPartial = outcome.isPartial
    }
  }

  struct AskedSwitch: Decodable, Sendable {
    var version: Int?
    /// Although it was not tried.
    var insist: Bool?
  }

  func add(to router: some RouterMethods<WebContext>) {
    router.get("source-profiles", use: list)
    router.post("source-profiles", use: create)
    router.post("source-profiles/try", use: tryOut)
    router.put("source-profiles/{id}", use: replace)
    router.delete("source-profiles/{id}", use: remove)
    router.post("source-profiles/{id}/try", use: tryKept)
    router.post("source-profiles/{id}/on", use: switchOn)
    router.post("source-profiles/{id}/off", use: switchOff)
    router.get("devices", use: devices)
  }

  @Sendable func list(_ request: Request, _ context: WebContext) async throws -> Response {
    try Response.json(try await profiles.profiles(as: context.signedIn()).map(Body.init), context: context)
  }

  @Sendable func create(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let asked = try await request.json(as: Body.self).profile
    return try Response.json(
      Body(try await profiles.add(asked, as: principal)), status: .created, context: context)
  }

  @Sendable func replace(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let asked = try await request.json(as: Body.self)
    let status = try await profiles.replace(
      context.pathName("id"), by: asked.profile, version: asked.version, as: principal)
    return try Response.json(Body(status), context: context)
  }

  @Sendable func remove(_ request: Request, _ context: WebContext) async throws -> Response {
    try await profiles.remove(context.pathName("id"), as: context.signedIn())
    return Response(status: .noContent)
  }

  @Sendable func tryOut(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let asked = try await request.json(as: AskedTrial.self)
    guard let profile = asked.profile?.profile else { throw ProblemDetails.badRequest("the body lacks \"profile\"") }
    let outcome = try await profiles.tryOut(profile, limit: Self.limit(asked), as: principal)
    return try Response.json(TrialAnswer(outcome), context: context)
  }

  @Sendable func tryKept(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let asked = try await request.json(as: AskedTrial.self)
    let outcome = try await profiles.tryOut(context.pathName("id"), limit: Self.limit(asked), as: principal)
    return try Response.json(TrialAnswer(outcome), context: context)
  }

  @Sendable func switchOn(_ request: Request, _ context: WebContext) async throws -> Response {
    let principal = try context.signedIn()
    let asked = try await request.json(as: AskedSwitch.self)
    let status = try await profiles.switchOn(
      context.pathName("id"), version: asked.version, insists: asked.insist ?? false, as: principal)
    return try Response.json(Body(status), context: context)
  }

  @Sendable func switchOff(_ request: Request, _ context: WebContext) async throws -> Response {
    let status = try await profiles.switchOff(context.pathName("id"), as: context.signedIn())
    return try Response.json(Body(status), context: context)
  }

  private static func limit(_ asked: AskedTrial) throws(ProblemDetails) -> Int {
    let limit = asked.limit ?? ProfileTrialRun.maximumInstances
    guard (1...ProfileTrialRun.maximumInstances).contains(limit) else {
      throw .badRequest("limit is a number from 1 to \(ProfileTrialRun.maximumInstances)")
    }
    return limit
  }

  // MARK: Devices

  struct DeviceAnswer: Encodable, Sendable {
    struct Deviating: Encodable, Sendable {
      var deviation: String
      var count: Int
      /// SOP Instance UID of the last.
      var example: String
    }

    struct Day: Encodable, Sendable {
      /// YYYY-MM-DD, of UTC.
      var day: String
      var instances: Int
      var deviating: Int
    }

    var channel: String
    var source: String
    var site: String
    var manufacturer: String
    var model: String
    var station: String
    var lastSeen: String
    var instances: Int
    /// Those held to a profile.
    var examined: Int
    var deviating: Int
    var coerced: Int
    /// The most frequent first.
    var deviations: [Deviating]
    var days: [Day]

    /// - Parameter days: of one device, the newest first.
    init?(_ days: [DeviceDay]) {
      guard let first = days.first else { return nil }
      let sum = days.dropFirst().reduce(into: first) { $0.add($1) }
      channel = first.device.channel
      source = first.device.source
      site = first.device.site
      manufacturer = first.device.manufacturer
      model = first.device.model
      station = first.device.station
      lastSeen = Instant(nanoseconds: sum.lastSeen.multipliedReportingOverflow(by: 1_000_000_000).partialValue).rfc3339
      instances = sum.instances
      examined = sum.examined
      deviating = sum.deviating
      coerced = sum.coerced
      deviations = sum.deviations.map { name, count in
        Deviating(
          deviation: name, count: count.count,
          example: days.lazy.compactMap { $0.deviations[name]?.example }.first ?? count.example)
      }.sorted { ($1.count, $0.deviation) < ($0.count, $1.deviation) }
      self.days = days.map {
        let midnight = $0.day.multipliedReportingOverflow(by: 86_400_000_000_000).partialValue
        return Day(
          day: String(Instant(nanoseconds: midnight).rfc3339.prefix(10)), instances: $0.instances,
          deviating: $0.deviating)
      }
    }
  }

  @Sendable func devices(_ request: Request, _ context: WebContext) async throws -> Response {
    let days = try request.number("days", in: 1...Int(DeviceDay.daysKept), default: 7)
    let seen = try await profiles.devices(days: days, as: context.signedIn())
    let answers = Dictionary(grouping: seen, by: \.device).values.compactMap(DeviceAnswer.init)
      .sorted {
        ($0.source, $0.site, $0.manufacturer, $0.model, $0.station) < (
          $1.source, $1.site, $1.manufacturer, $1.model, $1.station
        )
      }
    return try Response.json(answers, context: context)
  }
}
