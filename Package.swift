// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A C library of Debian behind a target of its own: nothing above it can tell that it is C.
func library(_ name: String, links: [String]) -> Target {
  .target(name: name, linkerSettings: links.map { .linkedLibrary($0) })
}

/// What a layer keeps to itself is in reach of its tests, in the very build that users have.
let testable: [SwiftSetting] = [.unsafeFlags(["-enable-testing"])]

/// What no scan waits for is compiled for size: a clean build takes 186 s for 199, runs and pages are within 2 %.
let small: [SwiftSetting] = [.unsafeFlags(["-Osize"], .when(configuration: .release))]

/// The commit that a package is made from; a plain build says none, as nothing would tell when it is another.
let commit = Context.environment["PETBALANCE_COMMIT"] ?? ""

/// A layer of the product; imports go downwards only.
func layer(
  _ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = [], resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: strict + testable + settings,
    linkerSettings: [.linkedLibrary("m")])
}

/// Tests of optimised layers, themselves compiled plainly: that takes half as long, and what they call is what costs time.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["PETTestSupport"], exclude: exclude,
    swiftSettings: strict + [.unsafeFlags(["-Onone"])])
}

let package = Package(
  name: "PETBalance",
  products: [.executable(name: "petbalance", targets: ["petbalance"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache.git", exact: "2.1.1"),
  ],
  targets: [
    library("CNIfTI", links: ["nifti2", "znz", "z"]),
    library("CISAL", links: ["isal"]),
    library("CDeflate", links: ["deflate"]),
    library("CCDF", links: ["nifticdf"]),
    library("CCrypto", links: ["crypto"]),
    library("CYAML", links: ["yaml"]),
    .target(name: "CBuild", cSettings: [.define("CBUILD_COMMIT", to: "\"\(commit)\"")]),

    layer(
      "PETCore", ["CCDF", "CCrypto"],
      resources: ["words.tsv", "freesurfer.tsv"].map { .embedInCode("Anatomy/\($0)") }),
    layer("PETImaging", ["PETCore", "CNIfTI", "CISAL", "CDeflate"]),
    layer("PETRegistration", ["PETImaging", "PETCore"]),
    layer("PETKinetics", ["PETCore"]),
    layer("PETSimulation", ["PETCore", "PETImaging"]),
    layer("PETTracers", ["PETCore"], small),
    layer("PETBinding", ["PETTracers", "PETKinetics", "PETCore"]),
    layer("PETMaps", ["PETImaging", "PETKinetics", "PETBinding", "PETCore"]),
    layer("PETStudy", ["PETTracers", "PETKinetics", "PETRegistration", "PETImaging", "PETCore"], small),
    layer(
      "PETResults",
      ["PETStudy", "PETMaps", "PETBinding", "PETTracers", "PETKinetics", "PETRegistration", "PETImaging", "PETCore"],
      small),
    layer(
      "PETPages",
      [
        "PETResults", "PETBinding", "PETTracers", "PETKinetics", "PETImaging", "PETCore", "CDeflate",
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      small,
      resources: [
        "person.mustache", "study.mustache", "page.css", "figure.css", "page.js", "study.js",
      ].map { .embedInCode("Templates/\($0)") }),
    .target(
      name: "ShippedPipelines", path: "Pipelines", exclude: ["container", "slurm", "snakemake", "published/README.md"],
      resources: [
        .embedInCode("raclopride-dasb.yaml"), .embedInCode("raclopride-dasb-maps.yaml"),
        .embedInCode("raclopride-dasb-gtm.yaml"),
        .embedInCode("fepe2i-dasb.yaml"), .embedInCode("suvr.yaml"), .embedInCode("plasma-two-tissue.yaml"),
        .embedInCode("published/hjorth-2021-dat-sert.yaml"), .embedInCode("published/alakurtti-beliveau-d2-sert.yaml"),
        .embedInCode("published/beliveau-2017-sert.yaml"),
      ],
      swiftSettings: strict),
    layer(
      "PETPipeline",
      [
        "PETPages", "PETResults", "PETStudy", "PETMaps", "PETBinding", "PETTracers", "PETKinetics", "PETRegistration",
        "PETImaging",
        "PETCore", "CYAML",
        "ShippedPipelines",
      ], small),
    .executableTarget(
      name: "petbalance",
      dependencies: [
        "PETPipeline", "PETSimulation", "PETPages", "PETResults", "PETStudy", "PETMaps", "PETBinding", "PETTracers",
        "PETKinetics", "PETRegistration", "PETImaging", "PETCore", "CBuild",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict + testable + small),

    layer("PETTestSupport", ["PETCore", "PETKinetics"]),
    .target(
      name: "FuzzedReaders",
      dependencies: [
        "PETPipeline", "PETResults", "PETStudy", "PETBinding", "PETTracers", "PETKinetics", "PETRegistration",
        "PETImaging",
        "PETCore",
        "CDeflate",
        "PETTestSupport",
      ],
      path: "Tests/Fuzz/Readers", swiftSettings: strict),
    .executableTarget(
      name: "FitBenchmark", dependencies: ["PETKinetics", "PETCore", "PETTestSupport"],
      path: "Benchmarks/FitBenchmark", swiftSettings: strict),
    tests("PETCoreTests", ["PETCore"]),
    tests("PETImagingTests", ["PETImaging", "PETCore"]),
    tests("PETRegistrationTests", ["PETRegistration", "PETImaging", "PETCore"]),
    tests("PETKineticsTests", ["PETKinetics", "PETCore"]),
    tests("PETSimulationTests", ["PETSimulation", "PETCore"]),
    tests(
      "PETMapsTests", ["PETMaps", "PETSimulation", "PETBinding", "PETTracers", "PETImaging", "PETKinetics", "PETCore"]),
    tests("PETTracersTests", ["PETTracers", "PETKinetics", "PETCore"]),
    tests("PETBindingTests", ["PETBinding", "PETTracers", "PETKinetics", "PETCore"]),
    tests(
      "PETStudyTests", ["PETStudy", "PETTracers", "PETRegistration", "PETImaging", "PETKinetics", "PETCore"]),
    tests(
      "PETResultsTests",
      ["PETResults", "PETStudy", "PETMaps", "PETBinding", "PETTracers", "PETKinetics", "PETImaging", "PETCore"]),
    tests(
      "PETPagesTests",
      ["PETPages", "PETResults", "PETStudy", "PETBinding", "PETTracers", "PETKinetics", "PETImaging", "PETCore"]),
    tests(
      "PETPipelineTests",
      [
        "PETPipeline", "PETPages", "PETResults", "PETStudy", "PETImaging", "PETBinding", "PETTracers", "PETKinetics",
        "PETCore",
        "FuzzedReaders",
      ]),
    tests(
      "ProgramTests",
      [
        "petbalance", "PETPipeline", "PETPages", "PETResults", "PETStudy", "PETSimulation", "PETImaging", "PETBinding",
        "PETTracers",
        "PETKinetics", "PETCore", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["Independent"]),
  ]
)

// Links only with the fuzzer's own main: Scripts/fuzz asks for it.
if Context.environment["PETBALANCE_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: ["FuzzedReaders", "PETTestSupport"], path: "Tests/Fuzz/Entry",
      swiftSettings: strict))
}
