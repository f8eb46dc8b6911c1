// swift-tools-version: 6.2
import PackageDescription

// Built by scripts/fuzz with `-sanitize=fuzzer`, which brings libFuzzer and counts branches.
let package = Package(
  name: "fuzzing",
  dependencies: [.package(name: "isocenter", path: "..")],
  targets: [
    .executableTarget(
      name: "dicom-fuzz",
      dependencies: [
        .product(name: "DICOM", package: "isocenter"), .product(name: "DICOMPixels", package: "isocenter"),
        .product(name: "DICOMObjects", package: "isocenter"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("MemberImportVisibility")])
  ]
)
