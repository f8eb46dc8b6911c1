/// The addresses that hosts' names stand for, remembered for a while.
///
/// Anybody may claim a node's title, so a claim asks the name service at most every `leastInterval`; an answer is believed
/// for `lifetime` at most, since a host may get another address.
public actor HostNames {
  /// Asks the name service; an empty answer when it knows nothing.
  public typealias Resolve = @Sendable (_ name: String) async -> Set<NetworkAddress>

  /// How long an answer is believed.
  static let lifetime = Duration.seconds(60)
  /// Between two questions for one name, when the caller's address is not among those remembered.
  static let leastInterval = Duration.seconds(5)
  /// Names remembered; more than nodes there may be.
  static let maximumNames = 20_000

  private struct Answer {
    var asked: Instant
    /// Shared by everybody who waits for it.
    var addresses: Task<Set<NetworkAddress>, Never>
  }

  private let environment: Environment
  private let resolve: Resolve
  private var answers: [String: Answer] = [:]

  public init(environment: Environment, resolve: @escaping Resolve) {
    self.environment = environment
    self.resolve = resolve
  }

  /// No names, only addresses.
  public static let none = HostNames(environment: .system) { _ in [] }

  /// Whether a host, a name or an address as text, is at an address.
  func isHost(_ host: String, at address: NetworkAddress) async -> Bool {
    if let known = NetworkAddress(host) { return known == address }
    let name = host.lowercased()
    // The machine itself needs no name service.
    if name == "localhost" { return NetworkAddress("127.0.0.1") == address }
    if await addresses(of: name, olderThan: Self.lifetime).contains(address) { return true }
    return await addresses(of: name, olderThan: Self.leastInterval).contains(address)
  }

  /// The addresses of a name, asked for again when the answer is older.
  private func addresses(of name: String, olderThan age: Duration) async -> Set<NetworkAddress> {
    let now = environment.now()
    if let answer = answers[name], now < answer.asked.adding(age) { return await answer.addresses.value }
    if answers.count >= Self.maximumNames { answers.removeAll() }
    let resolve = resolve
    let answer = Answer(asked: now, addresses: Task { await resolve(name) })
    answers[name] = answer
    return await answer.addresses.value
  }
}
