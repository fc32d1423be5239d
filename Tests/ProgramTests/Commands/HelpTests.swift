import Foundation
import PETTestSupport
import Testing

@testable import petbalance

/// Help, advice to a mistyped command line, completions and manual pages.
struct HelpTests {
  private static let tree = CommandTree(PETBalanceCommand.self)

  private static var commands: [CommandTree] { tree?.commands ?? [] }

  /// Examples are lines that a shell takes as they stand, 80 characters at most.
  @Test func everyCommandHasExamplesThatCanBePasted() throws {
    #expect(Self.commands.count > 25)
    for command in Self.commands {
      let text = try Program.run([command.name, "--help"], environment: ["COLUMNS": "80"]).output
      let discussion = text.components(separatedBy: "\nUSAGE:")[0]
      #expect(text.split(separator: "\n").filter { !$0.hasPrefix("USAGE:") }.allSatisfy { $0.count <= 80 }, "\(text)")
      #expect(discussion.contains("\n  petbalance "), "\(command.name) has no example")
    }
  }

  /// Every example of the help parses: its options are the command's, its values may be written.
  @Test func everyExampleIsACommandLine() {
    var count = 0
    for command in Self.commands {
      let joined = command.discussion.replacing(/\ \\\n\ +/, with: " ")
      for line in joined.split(separator: "\n") where line.hasPrefix("  petbalance ") {
        count += 1
        ExampleLine.check(String(line.dropFirst(2)), of: command.name)
      }
    }
    #expect(count > 60)
  }

  @Test(arguments: [
    (["rnu", "S", "o"], "did you mean 'run'?"), (["rnu", "S", "o", "--pipeline", "x"], "did you mean 'run'?"),
    (["fti", "x"], "did you mean 'fit'?"), (["run", "S", "o", "--pipline", "suvr"], "did you mean '--pipeline'?"),
    (["fit", "x.tsv", "--model", "SRTM", "--refrence=c"], "did you mean '--reference'?"),
    (["models", "SRMT"], "did you mean 'SRTM'?"), (["run", "S"], "see petbalance run --help"),
    (["qqqq"], "see petbalance --help"), (["check", "S", "--jobs", "0"], "it is not 1 or more"),
  ])
  func slipsGetAdvice(arguments: [String], advice: String) throws { try refused(arguments, 64, advice) }

  @Test func aTracerThatNobodyHas() throws {
    let folder = try TemporaryFolder()
    try refused(
      ["run", Program.sampleData, folder.file("o"), "--pipeline", "raclopride-dasb", "--tracer-label", "raclopirde"],
      64,
      "--tracer-label", "did you mean 'raclopride'?")
  }

  /// A number below zero is the value of the option before it.
  @Test func numbersBelowZeroAreValues() {
    #expect(UsageAdvice.joined(["fit", "--delay", "-4", "--vb", "fit"]) == ["fit", "--delay=-4", "--vb", "fit"])
    #expect(UsageAdvice.joined(["a", "-4", "--x=1", "-2", "--", "-3"]) == ["a", "-4", "--x=1", "-2", "--", "-3"])
  }

  @Test func aModelInFull() throws {
    let text = try Program.run(["models", "srtm"]).output
    for words in ["Simplified reference tissue model", "BPND", "1/min", "https://doi.org/"] {
      #expect(text.contains(words), "\(text)")
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func completionsKnowValues(shell: String) throws {
    let script = try Program.run(["--generate-completion-script", shell]).output
    for words in ["raclopride-dasb", "SRTM2", "participant"] { #expect(script.contains(words), "\(words)") }
  }

  /// Versions for programs stand alone on the first line.
  @Test func versionAndParts() throws {
    let lines = try Program.run(["--version"]).output.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].allSatisfy { $0.isNumber || $0 == "." }, "\(lines)")
    for part in ["zlib", "libdeflate", "ISA-L", "libyaml"] { #expect(lines.last?.contains(part) == true) }
  }

  /// A page of the system for every command, well formed where `man` can say so.
  @Test func manualPages() throws {
    let folder = try TemporaryFolder()
    let out = folder.file("man")
    #expect(try Program.run(["manual", "--out", out]).status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: out)
    #expect(Set(names) == Set(["petbalance.1"] + Self.commands.map { "petbalance-\($0.name).1" }))
    for name in names {
      let text = try String(contentsOfFile: "\(out)/\(name)", encoding: .utf8)
      #expect(text.hasPrefix(".TH ") && text.contains("\n.SH NAME\n") && text.contains("\n.SH OPTIONS\n"), "\(name)")
      // No line of text is taken for an order.
      for line in text.split(separator: "\n") where line.hasPrefix(".") {
        #expect(["TH", "SH", "TP", "PP", "B", "nf", "fi"].contains { line.dropFirst().hasPrefix($0) }, "\(line)")
      }
    }
    guard let groff = Program.find("groff") else { return }
    let run = try Program.run(groff, ["-ww", "-z", "-man", "\(out)/petbalance-run.1"])
    #expect(run.errors.isEmpty, "\(run.errors)")
  }

  @Test func doctorFindsTheInstallationWhole() throws {
    let run = try Program.run(["doctor", "--format", "json"])
    #expect(run.status == 0 && run.output.contains("\"self-test\"") && !run.output.contains("failed"), "\(run.output)")
    // Nothing is left behind.
    let left = try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory())
    #expect(!left.contains { $0.hasPrefix("petbalance-doctor-") })
  }
}
