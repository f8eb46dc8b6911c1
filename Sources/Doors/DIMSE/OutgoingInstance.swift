import ArchiveCore
import DICOM
import DICOMPixels
import DIMSE

/// An instance on its way to another application entity: its data set in a transfer syntax the other side takes.
struct OutgoingInstance {
  /// The uncompressed syntaxes that every instance we can decode is offered in.
  static let native: [TransferSyntax] = [.explicitVRLittleEndian, .implicitVRLittleEndian]

  let transcoder: InstanceTranscoder
  let reference: InstanceReference
  /// Syntaxes that the receiver is to be sent, best first; empty when nobody has said.
  var preferred: [TransferSyntax] = []

  var sopClass: UID { UID(rawValue: reference.sopClass) }
  var stored: TransferSyntax { reference.storedSyntax }

  /// The syntaxes we can send it in, best first: as it is stored, unless others are preferred; those; uncompressed.
  ///
  /// What loses something is sent only as it is stored, and what cannot be decoded too, whatever is preferred.
  var syntaxes: [TransferSyntax] {
    let isStoredWanted = preferred.isEmpty || preferred.contains(stored)
    var offered: [TransferSyntax] = []
    for syntax in (isStoredWanted ? [stored] : []) + preferred + Self.native
    where !offered.contains(syntax) && transcoder.canGive(reference, in: syntax) { offered.append(syntax) }
    return offered.isEmpty ? [stored] : offered
  }

  /// The context that it goes in: of the best of its syntaxes, else of any that it can be brought into without loss.
  ///
  /// A requestor of C-GET that offers several syntaxes in one context has had one of them chosen before anybody knew what
  /// is stored.
  func context(among contexts: [PresentationContext]) -> PresentationContext? {
    for syntax in syntaxes {
      if let context = contexts.first(where: { $0.transferSyntax == syntax }) { return context }
    }
    return contexts.first { transcoder.canGive(reference, in: $0.transferSyntax) }
  }

  /// The data set without its Part 10 prefix, wholly made before the first byte is asked for: a message that has begun
  /// cannot be taken back, and what cannot be transcoded must not cost the association.
  func dataSet(in syntax: TransferSyntax) async throws -> RecordBytes {
    try await transcoder.dataSet(of: reference, in: syntax).bytes(from: transcoder.archive)
  }
}

/// The presentation contexts of one association for instances that are to be sent.
struct OutgoingContexts {
  private(set) var contexts: [(abstractSyntax: UID, transferSyntaxes: [UID])] = []
  private var seen: Set<[String]> = []

  /// Adds what an instance needs, one context for each syntax: an acceptor picks one of several, and we could not tell it
  /// which one we hold.
  ///
  /// - Returns: whether there was room; nothing is added otherwise.
  mutating func add(_ outgoing: OutgoingInstance) -> Bool {
    let sopClass = outgoing.reference.sopClass
    let missing = outgoing.syntaxes.filter { !seen.contains([sopClass, $0.uid.rawValue]) }
    guard contexts.count + missing.count <= DIMSEClient.maximumContexts else { return false }
    for syntax in missing {
      seen.insert([sopClass, syntax.uid.rawValue])
      contexts.append((UID(rawValue: sopClass), [syntax.uid]))
    }
    return true
  }
}

extension [OutgoingInstance] {
  /// In runs whose contexts fit an association; order is kept within a run, and what belongs to one class and syntax stays
  /// together.
  var groupedByContexts: [(instances: [OutgoingInstance], contexts: OutgoingContexts)] {
    var groups: [(instances: [OutgoingInstance], contexts: OutgoingContexts)] = []
    for outgoing in self {
      if let index = groups.indices.first(where: { groups[$0].contexts.add(outgoing) }) {
        groups[index].instances.append(outgoing)
      } else {
        var contexts = OutgoingContexts()
        _ = contexts.add(outgoing)
        groups.append(([outgoing], contexts))
      }
    }
    return groups
  }

  /// As many from the start as fit the contexts of one association, and those contexts.
  var prefixOfOneAssociation: (instances: [OutgoingInstance], contexts: OutgoingContexts) {
    var contexts = OutgoingContexts()
    let instances = Array(prefix { contexts.add($0) })
    return (instances, contexts)
  }
}

extension [InstanceReference] {
  /// As they go to a receiver.
  ///
  /// - Parameter preferred: Transfer Syntax UIDs, best first; `nil` when nobody has said.
  func outgoing(through transcoder: InstanceTranscoder, preferred: [String]? = nil) -> [OutgoingInstance] {
    let preferred = (preferred ?? []).map { TransferSyntax(uid: UID(rawValue: $0)) }
    return map { OutgoingInstance(transcoder: transcoder, reference: $0, preferred: preferred) }
  }
}
