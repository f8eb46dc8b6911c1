import DICOM
import DIMSE
import NIOCore

/// Entries of a trace in words. Command sets come whole in one value nearly always; a part of one is named as such.
enum TraceText {
  static func line(_ entry: TraceEntry) -> String {
    let seconds = entry.microseconds / 1_000_000
    let fraction = String(entry.microseconds % 1_000_000 + 1_000_000).dropFirst()
    return "\(seconds).\(fraction) \(entry.isFromRequestor ? "→" : "←") \(words(entry))"
  }

  private static func words(_ entry: TraceEntry) -> String {
    switch entry.event {
    case .pdu: entry.pdu.map(words) ?? "a PDU that cannot be read"
    case .value(let context, true, let isLast, let length, let bytes):
      command(bytes, isLast: isLast).map { "[\(context)] \($0)" } ?? "[\(context)] part of a command, \(length) bytes"
    case .value(let context, false, let isLast, let length, let bytes):
      "[\(context)] data, \(length) bytes\(isLast ? ", the last" : "")\(bytes == nil ? "" : " (recorded)")"
    case .noise(let length): "\(length) bytes that are no PDU"
    case .closed: "connection closed"
    }
  }

  /// What a command asks or answers, without texts that a peer wrote.
  static func command(_ bytes: [UInt8]?, isLast: Bool) -> String? {
    guard isLast, let bytes, let set = try? CommandSet(decoding: ByteBuffer(bytes: bytes)), let field = set.field else {
      return nil
    }
    var words = ["\(field)"]
    if let id = set.integer(.messageID) ?? set.integer(.messageIDBeingRespondedTo) { words.append("#\(id)") }
    if let sopClass = set.uid(.affectedSOPClassUID) ?? set.uid(.requestedSOPClassUID) {
      words.append(UIDRegistry.entry(sopClass)?.name ?? sopClass.rawValue.printable)
    }
    if let instance = set.uid(.affectedSOPInstanceUID) ?? set.uid(.requestedSOPInstanceUID) {
      words.append(instance.rawValue.printable)
    }
    if let status = set.status { words.append("\(status)") }
    return words.joined(separator: " ")
  }

  private static func words(_ pdu: PDU) -> String {
    switch pdu {
    case .associateRequest(let request):
      (["A-ASSOCIATE-RQ \(request.callingAETitle.rawValue.printable) to \(request.calledAETitle.rawValue.printable)"]
        + request.presentationContexts.map { context in
          "    [\(context.id)] \(name(context.abstractSyntax)): "
            + context.transferSyntaxes.map(name).joined(separator: ", ")
        }).joined(separator: "\n")
    case .associateAccept(let accept):
      (["A-ASSOCIATE-AC"]
        + accept.presentationContexts.map { context in
          "    [\(context.id)] \(context.result)"
            + (context.result == .acceptance ? ": \(context.transferSyntax.map(name) ?? "?")" : "")
        }).joined(separator: "\n")
    case .associateReject(let reject): "A-ASSOCIATE-RJ \(reject.result), \(reject.reason)"
    case .dataTransfer: "P-DATA-TF"
    case .releaseRequest: "A-RELEASE-RQ"
    case .releaseResponse: "A-RELEASE-RP"
    case .abort(let abort): "A-ABORT \(abort.source), \(abort.reason)"
    }
  }

  private static func name(_ uid: UID) -> String { UIDRegistry.entry(uid)?.name ?? uid.rawValue.printable }
}
