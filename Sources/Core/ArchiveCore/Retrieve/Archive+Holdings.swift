/// An instance that somebody says is kept here.
public struct InstanceClaim: Hashable, Sendable {
  public var sopClass: String
  public var instance: InstanceUID

  public init(sopClass: String, instance: InstanceUID) {
    self.sopClass = sopClass
    self.instance = instance
  }
}

/// Whether a claim is true.
public enum Holding: Hashable, Sendable {
  /// On stable storage, in the catalog, and its first bytes were read back just now.
  case kept
  /// There is no such instance, as far as the caller may know.
  case unknown
  /// It is there as an instance of another class.
  case otherClass
  /// It is in the catalog, and cannot be read.
  case unreadable
}

extension Archive {
  /// Claims looked up at a time.
  static let claimPage = 500

  /// Looks whether instances are kept, for somebody who stores and wants to forget them (PS3.4 §J.3.2).
  ///
  /// A row of the catalog is written behind the sync of its bytes, so what has one is on stable storage; that the bytes are
  /// still there is seen by reading.
  ///
  /// - Returns: one answer a claim, in order.
  public func holdings(of claims: [InstanceClaim], as principal: Principal) async throws -> [Holding] {
    try await require(.store, of: principal, object: "commitment")
    var answers: [Holding] = []
    answers.reserveCapacity(claims.count)
    var start = 0
    while start < claims.count {
      let page = claims[start..<min(start + Self.claimPage, claims.count)]
      let found = try await parts.catalog.instances(
        of: .instances(page.map(\.instance)), within: parts.policy.scope(of: principal))
      let known = Dictionary(found.map { ($0.instance, $0) }) { first, _ in first }
      for claim in page { answers.append(await holding(claim, known[claim.instance])) }
      start = page.endIndex
    }
    return answers
  }

  private func holding(_ claim: InstanceClaim, _ reference: InstanceReference?) async -> Holding {
    guard let reference else { return .unknown }
    guard reference.sopClass == claim.sopClass else { return .otherClass }
    do {
      for try await _ in try await bytes(of: reference, 0..<min(1, reference.location.length)) {}
      return .kept
    } catch {
      return .unreadable
    }
  }
}
