/// Every word that the first page shows.
enum FrontPageText {
  static let title = "Isocenter"
  static let purpose =
    "A medical-imaging archive: it receives DICOM objects, keeps them, finds them and gives them back."
  static let absent =
    "The browser app is not here yet. This page shows what the server holds and where its interfaces are."
  static let clearance = "Not cleared as a medical device. Not for diagnosis."

  static let signIn = "Sign in"
  static let signOut = "Sign out"
  static let name = "Name"
  static let password = "Password"
  static let needsScript = "Signing in here needs JavaScript; programs use POST /api/v1/session or a token."
  static let open = "This server is open: nobody signs in, and it listens on this machine only."
  static func signedIn(_ name: String) -> String { "Signed in as \(name)." }

  static let holdings = "What is kept"
  static let empty = "Nothing yet. Send something with C-STORE or STOW-RS."
  static let noHoldings = "Your roles do not include searching."
  static let columns = ["Site", "Modality", "Studies", "Series", "Instances", "Bytes"]

  static let interfaces = "Interfaces"
  static let links: [(address: String, text: String)] = [
    ("/dicom-web/studies?limit=20", "DICOMweb: the newest studies (QIDO-RS)"),
    ("/api/openapi.json", "Product API, described in OpenAPI"),
    ("/api/v1/changes", "Changes: the journal"),
    ("/metrics", "Figures for Prometheus"),
    ("/readyz", "Whether the server is ready"),
  ]
}
