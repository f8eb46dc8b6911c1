import ArgumentParser
import Foundation

/// The data directory, said the same way everywhere.
struct DataOption: ParsableArguments {
  @Option(name: .long, help: "The data directory.")
  var data = "data"

  /// For commands that examine what there is: a mistyped name must not become an empty archive that is found in order.
  func requireArchive() throws {
    guard FileManager.default.fileExists(atPath: data + "/isocenter.version") else {
      throw CommandFailure("\(data) is no data directory")
    }
  }
}

/// Output for people or for scripts.
struct JSONOption: ParsableArguments {
  @Flag(name: .long, help: "Write the result as JSON to standard output.")
  var json = false
}
