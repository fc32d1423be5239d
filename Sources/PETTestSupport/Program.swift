package import Foundation

/// The built program, run as a user runs it.
package enum Program {
  package struct Outcome: Sendable {
    package let status: Int32
    package let output: String
    package let errors: String
  }

  /// The package's folder.
  package static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The sample study of the repository.
  package static var sampleData: String { package.appendingPathComponent("SampleData").path }

  /// Of this build, or the one that `PETBALANCE_PROGRAM` names: a package is tried by the same tests.
  package static var executable: URL {
    if let named = ProcessInfo.processInfo.environment["PETBALANCE_PROGRAM"] { return URL(fileURLWithPath: named) }
    #if DEBUG
      return package.appendingPathComponent(".build/debug/petbalance")
    #else
      return package.appendingPathComponent(".build/release/petbalance")
    #endif
  }

  /// Where a program of the system is; nil when it is not installed.
  package static func find(_ name: String) -> URL? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    return folders.map { URL(fileURLWithPath: "\($0)/\(name)") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  package static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    try run(executable, arguments, environment: environment)
  }

  /// Any program, with what it wrote.
  package static func run(_ program: URL, _ arguments: [String], environment: [String: String] = [:]) throws -> Outcome
  {
    let folder = try TemporaryFolder()
    let output = folder.file("output")
    let errors = folder.file("errors")
    for path in [output, errors] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
      output: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8))
  }
}
