import Crypto

extension WorkUID {
  /// The UID of something that has no UID of its own, made of what identifies it: the same texts give the same UID, so
  /// that two who make the same thing at once make one (PS3.5 §B.2; RFC 9562 §5.8).
  package init(naming texts: [String]) {
    var hash = SHA256()
    for text in texts {
      // The length keeps texts apart that would read alike one behind the other.
      hash.update(data: Array("\(text.utf8.count) ".utf8) + Array(text.utf8))
    }
    var bits = hash.finalize().prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    bits = (bits & ~(UInt128(0xF000) << 64)) | (UInt128(0x8000) << 64)
    bits = (bits & ~UInt128(0xC000_0000_0000_0000)) | UInt128(0x8000_0000_0000_0000)
    value = "2.25.\(bits)"
  }
}
