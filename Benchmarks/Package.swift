// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "isocenter", path: "..")],
  targets: [
    .executableTarget(
      name: "dicom-benchmarks",
      dependencies: [
        .product(name: "DICOM", package: "isocenter"), .product(name: "DICOMPixels", package: "isocenter"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .enableUpcomingFeature("MemberImportVisibility")])
  ]
)
