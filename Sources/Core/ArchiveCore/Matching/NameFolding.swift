import DICOM

/// Person names as they are compared: by component group, without regard to case (PS3.4 §C.2.2.2.1).
package enum NameFolding {
  /// Alphabetic, ideographic and phonetic group, lower case, without trailing delimiters; empty when absent.
  package static func groups(_ text: String) -> [String] {
    let name = PersonName(dicom: text)
    return [fold(name.alphabetic), fold(name.ideographic), fold(name.phonetic)]
  }

  package static func fold(_ text: String) -> String { text.lowercased() }
}
