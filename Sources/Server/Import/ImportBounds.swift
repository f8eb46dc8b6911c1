/// Bounds on what files and archives from elsewhere can make an import do.
struct ImportBounds: Sendable {
  /// Entries of one ZIP archive.
  var archiveEntries = 2_000_000
  /// Bytes that the entries of one ZIP archive may inflate to.
  var inflatedBytes: UInt64 = 1 << 40
  /// Inflated bytes per byte of the archive file, beyond the allowance. Deflate alone reaches 1,032 for one entry of
  /// zeros; a whole archive beyond this is no archive of images.
  var compressionRatio: UInt64 = 400
  /// Inflated bytes before the ratio is looked at: small archives of empty images are harmless.
  var ratioAllowance: UInt64 = 256 * 1024 * 1024
  /// Length of a DICOMDIR file in bytes.
  var directoryLength: UInt64 = 256 * 1024 * 1024
  /// Folders within folders.
  var folderDepth = 128
  /// Entries of one folder.
  var folderEntries = 4_000_000
}
