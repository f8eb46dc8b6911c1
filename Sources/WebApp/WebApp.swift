import Foundation

/// The browser app as it is served: the files under `Assets`, inside the executable.
public enum WebApp {
  /// The document that every page of the app begins with.
  public static let document = "index.html"

  /// Where each file is found, without the slash in front: `list/iso-study-list.js`.
  public static var paths: [String] {
    #if DEBUG
      if let assetsFolder { return filesBelow(assetsFolder) }
    #endif
    return files.keys.sorted()
  }

  /// A file, or `nil` when there is none.
  public static func file(at path: String) -> WebAppFile? {
    #if DEBUG
      if let assetsFolder {
        guard filesBelow(assetsFolder).contains(path) else { return nil }
        return FileManager.default.contents(atPath: "\(assetsFolder)/\(path)").map { WebAppFile(path, Array($0)) }
      }
    #endif
    return files[path]
  }

  private static let files: [String: WebAppFile] = Dictionary(
    uniqueKeysWithValues: embedded.map { asset in
      (asset.path, WebAppFile(asset.path, Array(asset.text.utf8)))
    })

  #if DEBUG
    /// A debug build reads the assets from this folder at each request when it is given, so that editing needs no build.
    private static let assetsFolder = ProcessInfo.processInfo.environment["WEBAPP_ASSETS"]

    private static func filesBelow(_ folder: String) -> [String] {
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
      return names.filter { !$0.split(separator: "/").contains { $0.hasPrefix(".") } && $0.contains(".") }.sorted()
    }
  #endif
}

/// One asset as the build puts it into the code.
struct EmbeddedAsset: Sendable {
  let path: String
  let text: String

  init(_ path: String, _ text: String) {
    self.path = path
    self.text = text
  }
}
