import CArchive

/// ZIP archives with any names, links and passwords.
struct HandMadeZIP {
  enum Content: Sendable {
    case file([UInt8])
    case link(to: String)
    case folder
  }

  var entries: [(name: String, content: Content)] = []
  var password: String?
  var isDeflated = true

  mutating func add(_ name: String, _ bytes: [UInt8]) {
    entries.append((name, .file(bytes)))
  }

  func bytes() -> [UInt8] {
    let size = entries.reduce(1 << 16) { total, entry in
      if case .file(let bytes) = entry.content { return total + bytes.count + 1024 }
      return total + 1024
    }
    var buffer = [UInt8](repeating: 0, count: size)
    var used = 0
    guard let handle = archive_write_new() else { return [] }
    defer { archive_write_free(handle) }
    archive_write_set_format_zip(handle)
    archive_write_set_options(handle, isDeflated ? "zip:compression=deflate" : "zip:compression=store")
    archive_write_set_bytes_in_last_block(handle, 1)
    if let password {
      archive_write_set_options(handle, "zip:encryption=traditional")
      archive_write_set_passphrase(handle, password)
    }
    buffer.withUnsafeMutableBytes { space in
      archive_write_open_memory(handle, space.baseAddress, space.count, &used)
      for entry in entries { write(entry.name, entry.content, to: handle) }
      archive_write_close(handle)
    }
    return Array(buffer.prefix(used))
  }

  private func write(_ name: String, _ content: Content, to handle: OpaquePointer) {
    guard let entry = archive_entry_new() else { return }
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, name)
    archive_entry_set_perm(entry, 0o644)
    switch content {
    case .file(let bytes):
      archive_entry_set_filetype(entry, 0o100000)
      archive_entry_set_size(entry, Int64(bytes.count))
      archive_write_header(handle, entry)
      _ = bytes.withUnsafeBytes { archive_write_data(handle, $0.baseAddress, $0.count) }
    case .link(let target):
      archive_entry_set_filetype(entry, 0o120000)
      archive_entry_set_symlink(entry, target)
      archive_write_header(handle, entry)
    case .folder:
      archive_entry_set_filetype(entry, 0o040000)
      archive_write_header(handle, entry)
    }
  }
}
