// swift-tools-version: 6.2
import PackageDescription

/// One set of settings for every target of ours: Swift 6 with the upcoming features that make imports and
/// existentials explicit. CI sets `ISOCENTER_STRICT`, which makes warnings errors.
let house: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  ] + (Context.environment["ISOCENTER_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)])

/// A library of ours, by its path in the house (`ARCHITECTURE.md`).
func room(_ path: String, _ dependencies: [Target.Dependency]) -> Target {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  return .target(name: name, dependencies: dependencies, path: "Sources/\(path)", swiftSettings: house)
}

/// A C library of the system.
func system(_ name: String, _ package: String) -> Target {
  .systemLibrary(name: name, path: "Sources/C/\(name)", providers: [.apt([package])])
}

/// A test suite beside the room it examines.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: house)
}

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let posix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let ssl: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let scrypt: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
/// SQLite itself, for the tests' faulty file system.
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let http: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

let package = Package(
  name: "isocenter",
  products: [
    .executable(name: "isocenter", targets: ["isocenter"]),
    // DICOM for any Swift program, without the server.
    .library(name: "DICOM", targets: ["DICOM"]),
    .library(name: "DICOMPixels", targets: ["DICOMPixels"]),
    .library(name: "DICOMObjects", targets: ["DICOMObjects"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics.git", exact: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
  ],
  targets: [
    system("CArchive", "libarchive-dev"),
    system("CTurboJPEG", "libturbojpeg0-dev"),
    system("CZlib", "zlib1g-dev"),
    .target(name: "CChecksum", path: "Sources/C/CChecksum"),
    .target(
      name: "CCodecs", path: "Sources/C/CCodecs",
      linkerSettings: ["jpeg", "gdcmjpeg8", "gdcmjpeg12", "gdcmjpeg16", "charls", "openjp2", "openjph", "jxl"]
        .map { .linkedLibrary($0) }),
    .target(name: "CColor", path: "Sources/C/CColor", linkerSettings: [.linkedLibrary("lcms2")]),
    // Its headers lie where only pkg-config knows.
    .systemLibrary(
      name: "CFreeType", path: "Sources/C/CFreeType", pkgConfig: "freetype2",
      providers: [.apt(["libfreetype-dev", "pkg-config"])]),
    .target(name: "CText", dependencies: ["CFreeType"], path: "Sources/C/CText"),
    .target(name: "CPNG", path: "Sources/C/CPNG", linkerSettings: [.linkedLibrary("z")]),

    .executableTarget(name: "embed", path: "Tools/embed", swiftSettings: house),
    .plugin(
      name: "EmbedAssets", capability: .buildTool(), dependencies: ["embed"], path: "Tools/EmbedAssets"),
    .target(
      name: "WebApp", dependencies: [crypto], path: "Sources/WebApp",
      exclude: ["Assets", "jsconfig.json", "package.json", "browser.d.ts"],
      swiftSettings: house,
      plugins: ["EmbedAssets"]),

    room("Standards/DICOM", ["CZlib"]),
    room("Standards/DICOMPixels", ["DICOM", "CCodecs", "CColor", "CPNG", "CText", "CTurboJPEG", "CZlib"]),
    room("Standards/DICOMObjects", ["DICOM", "DICOMPixels"]),
    room("Standards/DIMSE", ["DICOM", nio, posix, ssl, crypto]),
    room("Standards/DICOMweb", ["DICOM", httpTypes, nio]),

    room("Core/ArchiveCore", ["DICOM", "CChecksum", nio, crypto, scrypt]),

    room("Domain/Workflow", ["ArchiveCore", "DICOM"]),

    room("Stores/EmbeddedStore", ["ArchiveCore", "Workflow", "DICOM", "CChecksum", "CZlib", nio, crypto, grdb]),

    room(
      "Doors",
      [
        "ArchiveCore", "Workflow", "DICOM", "DICOMPixels", "DICOMObjects", "DIMSE", "DICOMweb", "WebApp", nio, posix,
        httpTypes, hummingbird,
        logging, metrics, coreMetrics, crypto, lifecycle, http,
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),

    .executableTarget(
      name: "isocenter",
      dependencies: [
        "ArchiveCore", "Workflow", "DICOM", "DICOMPixels", "DICOMObjects", "DICOMweb", "DIMSE", "Doors",
        "EmbeddedStore",
        "CArchive", nio, posix,
        crypto,
        hummingbird,
        logging, metrics, coreMetrics, lifecycle,
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Yams", package: "Yams"),
      ],
      path: "Sources/Server", swiftSettings: house),

    .target(
      name: "TestKit", dependencies: ["ArchiveCore", "DICOM", "EmbeddedStore", nio, sqlite], path: "Tests/TestKit",
      swiftSettings: house),
    tests("DICOMTests", ["DICOM"]),
    tests(
      "DICOMPixelsTests", ["DICOM", "DICOMPixels", "CTurboJPEG", "TestKit", crypto],
      exclude: [
        "Oracle/render.py", "Oracle/compare.py", "Oracle/colors.py", "Oracle/scale.py", "Oracle/decode.py",
        "Oracle/transcoded.py",
      ]),
    tests(
      "DICOMObjectsTests", ["DICOM", "DICOMPixels", "DICOMObjects", crypto], exclude: ["Oracle"]),
    tests(
      "DIMSETests", ["DICOM", "DIMSE", "TestKit", nio, posix, .product(name: "NIOEmbedded", package: "swift-nio")]),
    tests("DICOMwebTests", ["DICOM", "DICOMweb", httpTypes, nio]),
    tests("MatchingTests", ["ArchiveCore", "DICOM"]),
    tests("AccessTests", ["ArchiveCore", "DICOM", crypto]),
    tests(
      "WorkflowTests", ["ArchiveCore", "Workflow", "DICOM", "DIMSE", "Doors", "EmbeddedStore", "TestKit", nio, http]),
    tests("EmbeddedStoreFilesTests", ["ArchiveCore", "DICOM", "CChecksum", "EmbeddedStore", "TestKit", nio, crypto]),
    tests("EmbeddedStoreCatalogTests", ["ArchiveCore", "Workflow", "DICOM", "EmbeddedStore", "TestKit", nio, grdb]),
    tests(
      "ArchiveTests",
      ["ArchiveCore", "DICOM", "DICOMPixels", "DIMSE", "Doors", "EmbeddedStore", "TestKit", "Workflow", nio, posix]),
    tests(
      "DICOMwebDoorTests",
      [
        "ArchiveCore", "Workflow", "DICOM", "DICOMPixels", "DICOMweb", "Doors", "EmbeddedStore", "TestKit", hummingbird,
        hummingbirdTesting, httpTypes, logging, nio,
      ]),
    tests(
      "WebDoorTests",
      [
        "ArchiveCore", "Workflow", "DICOM", "Doors", "TestKit", "WebApp", hummingbird, hummingbirdTesting, httpTypes,
        logging,
        metrics, coreMetrics, nio,
      ]),
    tests(
      "ServerTests",
      [
        "DICOM", "DIMSE", "TestKit", nio, posix, .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
      ]),
    tests("PeerTests", ["TestKit"], exclude: ["Scripts"]),
    tests("BrowserTests", ["TestKit"], exclude: ["Scripts"]),
    tests("ToolsTests", ["isocenter", "ArchiveCore", "DICOM", "CArchive", "TestKit", nio, crypto]),
  ]
)
