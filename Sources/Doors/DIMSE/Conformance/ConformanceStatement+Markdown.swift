extension ConformanceStatement {
  /// The statement as a document, in the order of PS3.2 Annex N.
  public var markdown: String {
    ([title, applicationEntity, acceptance, transferSyntaxTable, initiation] as [String]).joined(separator: "\n")
  }

  private var title: String {
    """
    # DICOM conformance statement

    \(product), as it is configured and running. Made by proposing every SOP class of PS3.6 in every transfer syntax to the
    negotiation that callers meet.

    | | |
    |---|---|
    | Implementation Class UID | `\(implementationClassUID)` |
    | Implementation Version Name | `\(implementationVersionName)` |

    """
  }

  private var applicationEntity: String {
    let ports = listeners.map { "\($0.host):\($0.port)\($0.isSecure ? ", TLS" : "")" }
    let rows = [
      ("AE titles", aeTitles.map { "`\($0)`" }.joined(separator: ", ")),
      ("listens on", ports.joined(separator: "; ")),
      ("called and calling AE titles", checksTitles ? "checked" : "not checked"),
      ("application context name", "`1.2.840.10008.3.1.1.1`"),
      ("maximum PDU length received", "\(maximumPDULength)"),
      ("associations at a time", "\(maximumAssociations)"),
      ("a peer that owes bytes is cut off after", "\(idleSeconds) s"),
    ]
    return "## Application entity\n\n| | |\n|---|---|\n"
      + rows.map { "| \($0) | \($1) |\n" }.joined()
  }

  /// Classes that are accepted alike share their transfer syntaxes: those are told once, by letter.
  private var acceptance: String {
    var lines =
      "## Associations accepted (SCP)\n\n| SOP class | UID | transfer syntaxes | roles | extended negotiation |\n"
    lines += "|---|---|---|---|---|\n"
    for offer in accepted {
      let negotiated = offer.extendedNegotiation.map { "byte \($0)" }.joined(separator: ", ")
      lines +=
        "| \(offer.sopClass.name)\(offer.isRetired ? " (retired)" : "") | `\(offer.sopClass.uid)` "
        + "| \(letter(of: offer.transferSyntaxes)) | \(offer.takesReversedRole ? "SCP, SCU" : "SCP") "
        + "| \(negotiated.isEmpty ? "–" : negotiated) |\n"
    }
    return lines
  }

  private var transferSyntaxTable: String {
    sets.enumerated().map { index, syntaxes in
      "### Transfer syntaxes \(Self.letter(index))\n\n| transfer syntax | UID |\n|---|---|\n"
        + syntaxes.map { "| \($0.name) | `\($0.uid)` |\n" }.joined()
    }.joined(separator: "\n")
  }

  private var initiation: String {
    "## Associations initiated\n\n| SOP class | UID | role | when |\n|---|---|---|---|\n"
      + initiated.map { "| \($0.sopClass.name) | `\($0.sopClass.uid)` | \($0.role) | \($0.occasion) |\n" }.joined()
  }

  /// The different sets of transfer syntaxes, in the order they come up.
  private var sets: [[Named]] {
    var seen: Set<[Named]> = []
    return accepted.map(\.transferSyntaxes).filter { seen.insert($0).inserted }
  }

  private func letter(of syntaxes: [Named]) -> String {
    sets.firstIndex(of: syntaxes).map(Self.letter) ?? ""
  }

  private static func letter(_ index: Int) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return index < letters.count ? String(letters[index]) : "\(index + 1)"
  }
}
