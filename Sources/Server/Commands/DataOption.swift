import ArgumentParser

/// The data directory, said the same way everywhere.
struct DataOption: ParsableArguments {
  @Option(name: .long, help: "The data directory.")
  var data = "data"
}

/// Output for people or for scripts.
struct JSONOption: ParsableArguments {
  @Flag(name: .long, help: "Write the result as JSON to standard output.")
  var json = false
}
