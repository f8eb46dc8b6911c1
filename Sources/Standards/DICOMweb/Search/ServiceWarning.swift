/// The value of a Warning field by which a service tells what it did not do (PS3.18 §8.3.4).
public enum ServiceWarning {
  public static let moreResults =
    "The number of results exceeded the maximum supported by the server. Additional results can be requested."

  /// `299 <service>: text`.
  public static func field(_ text: String, from service: ServiceRoot) -> String {
    "299 \(service.text): \(text)"
  }
}
