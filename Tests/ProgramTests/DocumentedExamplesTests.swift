import Foundation
import PETTestSupport
import Testing

/// Commands that stand in README and articles: every one is a command line, and those of the first ten minutes are run.
struct DocumentedExamplesTests {
  private static let files: [String] = {
    let articles = FileManager.default.enumerator(atPath: Program.package.path)?.compactMap { $0 as? String } ?? []
    return articles.filter { path in
      path.hasSuffix(".md") && !path.hasPrefix(".build") && !path.hasPrefix("dist/")
        && (path.contains("Documentation.docc/") || path.hasPrefix("Pipelines/") || path == "README.md")
    }.sorted()
  }()

  /// Lines of the fenced blocks of a text that begin with the program's name, joined where they go on.
  private static func commands(of path: String) throws -> [String] {
    let text = try String(contentsOf: Program.package.appendingPathComponent(path), encoding: .utf8)
    var (isInside, commands) = (false, [String]())
    for line in text.replacing(/\ *\\\n\ */, with: " ").split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isInside.toggle()
      } else if isInside, line.drop(while: \.isWhitespace).hasPrefix("petbalance ") {
        commands.append(String(line.drop(while: \.isWhitespace)))
      }
    }
    return commands
  }

  @Test func everyExampleIsACommandLine() throws {
    #expect(Self.files.count > 20)
    var count = 0
    for file in Self.files {
      for command in try Self.commands(of: file) where !command.contains("$") && !command.contains("…") {
        count += 1
        ExampleLine.check(command, of: file)
      }
    }
    #expect(count > 35, "\(count)")
  }

  /// Every one that names no place of a cluster, as it stands.
  @Test func everyExampleRuns() throws {
    let folder = try ExampleFolder()
    // The tutorial's own are run in their order, below.
    let files = Self.files.filter { !$0.hasSuffix("/Start.md") }
    var lines: [String] = []
    for file in files { lines += try Self.commands(of: file) }
    lines = Set(lines).filter { !$0.contains("$") && !$0.contains("…") }.sorted()
    #expect(lines.count > 25, "\(lines.count)")
    for line in lines {
      let run = try folder.run(line: line)
      #expect(run.status == 0, "\(line): \(run.errors)")
    }
  }

  /// What a newcomer types from the sample to a pipeline of one's own, as it stands in the tutorial.
  @Test func theFirstTenMinutes() throws {
    let folder = try TemporaryFolder()
    let commands = try Self.commands(of: "Sources/petbalance/Documentation.docc/Start.md")
    #expect(commands.count == 8)
    let script = ["set -e", "ln -s '\(Program.sampleData)' SampleData", "export COLUMNS=100"] + commands
    try folder.write("words", script.joined(separator: "\n"))
    let path =
      Program.executable.deletingLastPathComponent().path + ":"
      + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
    let bash = URL(fileURLWithPath: "/bin/bash")
    let run = try Program.run(
      bash, ["-c", "cd '\(folder.path)' && exec bash words"],
      environment: ["PATH": path, "BROWSER": "/bin/true", "DISPLAY": ""])
    #expect(run.status == 0, "\(run.errors)")
    for words in ["Putamen", "file://", "Simplified reference tissue model", "[11C]raclopride"] {
      #expect(run.output.contains(words), "\(words): \(run.output)")
    }
    #expect(FileManager.default.fileExists(atPath: folder.file("OUT2/group_balance.tsv")))
  }
}
