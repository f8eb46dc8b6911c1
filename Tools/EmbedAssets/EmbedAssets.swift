import Foundation
import PackagePlugin

/// Puts the files of a target's `Assets` folder into its code, again whenever one of them changes.
@main
struct EmbedAssets: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let target = target as? any SourceModuleTarget else { return [] }
    let folder = target.directoryURL.appending(path: "Assets")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedAssets.swift")
    return [
      .buildCommand(
        displayName: "Embedding the browser app", executable: try context.tool(named: "embed").url,
        arguments: [folder.path, output.path], inputFiles: names.map { folder.appending(path: $0) },
        outputFiles: [output])
    ]
  }
}
