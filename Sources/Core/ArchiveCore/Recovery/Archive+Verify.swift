import Crypto
import NIOCore

/// Something `verify` found wrong.
public struct VerifyFinding: Sendable, Hashable, CustomStringConvertible {
  public enum Problem: String, Sendable, Hashable {
    /// Stored bytes do not match their checksums.
    case damagedRecord
    /// A stretch of a container that is no record, with records behind it.
    case damagedStretch
    /// A stretch of the ledger is no entry, with entries behind it: decisions are lost.
    case damagedLedger
    /// The catalog knows a record that is in no container.
    case missingRecord
  }

  public var problem: Problem
  public var container: ContainerID
  public var record: RecordID?
  public var detail: String

  public var description: String {
    "\(problem.rawValue) container \(container)\(record.map { " record \($0)" } ?? ""): \(detail)"
  }
}

extension Archive {
  /// Reads every byte of every container and checks every checksum: CRC by block, SHA-256 by record.
  ///
  /// - Parameter progress: called with bytes done and bytes in all.
  public func verify(
    as principal: Principal,
    progress: @Sendable (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
  ) async throws -> [VerifyFinding] {
    try await require(.administer, of: principal, object: "stored bytes")
    guard principal.sites == .all else { throw ArchiveError(.forbidden, "stored bytes belong to every site") }
    var findings = try await parts.blobs.ledgerDamage().map {
      VerifyFinding(problem: .damagedLedger, container: ContainerID(bits: 0), record: nil, detail: $0)
    }
    let containers = try await parts.blobs.containers()
    let total = containers.reduce(UInt64(0)) { $0 &+ $1.bytes }
    var done: UInt64 = 0
    for container in containers {
      let scan = try await parts.blobs.scan(container.id, from: 0)
      var present: Set<RecordID> = []
      for event in scan.events {
        switch event {
        case .damage(let range, let isTail):
          // The tail of a container that is being written is not damage.
          guard !isTail else { continue }
          findings.append(
            VerifyFinding(
              problem: .damagedStretch, container: container.id, record: nil,
              detail: "bytes \(range.lowerBound)..<\(range.upperBound)"))
        case .record(let record, _):
          present.insert(record.attributes.id)
          if let detail = await problem(with: record) {
            findings.append(
              VerifyFinding(
                problem: .damagedRecord, container: container.id, record: record.attributes.id, detail: detail))
          }
        }
      }
      for known in try await parts.catalog.records(in: container.id) where !present.contains(known.record) {
        findings.append(
          VerifyFinding(
            problem: .missingRecord, container: container.id, record: known.record, detail: "of study \(known.study)"))
      }
      done &+= container.bytes
      progress(done, total)
    }
    return findings
  }

  private func problem(with record: StoredRecord) async -> String? {
    do {
      var hash = SHA256()
      for try await chunk in try await parts.blobs.read(record.location, 0..<record.location.length) {
        chunk.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
      }
      return Array(hash.finalize()) == record.digest.bytes ? nil : "SHA-256 differs"
    } catch let error as ArchiveError {
      return error.message
    } catch {
      return "cannot be read: \(type(of: error))"
    }
  }
}
