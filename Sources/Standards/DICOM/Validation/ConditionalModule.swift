/// Modules of usage C whose condition the data set decides (PS3.3 §A.1.3).
enum ConditionalModule {
  /// Whether the module must be there; false also when no data set tells.
  static func isRequired(_ module: String, in dataSet: DataSet) -> Bool { rules[module]?(dataSet) ?? false }

  private static let rules: [String: @Sendable (DataSet) -> Bool] = [
    // §A.36.3: images of an acquisition.
    "mr-pulse-sequence": { ["ORIGINAL", "MIXED"].contains($0.strings(.imageType).first ?? "") },
    // §A.33.1: state of a shutter that is drawn by edges.
    "display-shutter": { dataSet in dataSet.strings(.shutterShape).contains { $0 != "BITMAP" } },
    // §A.18.3: doses on a grid of several planes.
    "multi-frame": { ($0.numberOfFrames ?? 1) > 1 },
  ]
}
