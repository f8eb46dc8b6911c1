/// What this build calls itself.
enum ProductVersion {
  static let text = "0.1.0"
}
