// swift-tools-version: 6.2
import PackageDescription

/// One set of settings for every target of ours: Swift 6 with the upcoming features that make imports and
/// existentials explicit.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// A library of ours, by its path in the house (`ARCHITECTURE.md`).
func room(_ path: String, _ dependencies: [Target.Dependency]) -> Target {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  return .target(name: name, dependencies: dependencies, path: "Sources/\(path)", swiftSettings: house)
}

/// A test suite beside the room it examines.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: house)
}

let package = Package(
  name: "isocenter",
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
  ],
  targets: [
    .systemLibrary(name: "CZlib", path: "Sources/C/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    room("Standards/DICOM", ["CZlib"]),
    room(
      "Core/ArchiveCore",
      [
        "DICOM", .product(name: "NIOCore", package: "swift-nio"), .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ]),
  ]
)
