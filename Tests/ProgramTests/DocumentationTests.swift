import Foundation
import PETCore
import PETPipeline
import PETResults
import PETStudy
import PETTestSupport
import Testing

struct DocumentationTests {
  /// The models' page is what the program prints: `petbalance models --format markdown` writes it anew.
  @Test func modelsPageIsUpToDate() throws {
    let page = Program.package.appendingPathComponent("Sources/PETKinetics/Documentation.docc/Models.md")
    #expect(try String(contentsOf: page, encoding: .utf8) == CatalogueText.models(.markdown))
  }

  /// The tracers' page likewise: `petbalance tracers --format markdown`.
  @Test func tracersPageIsUpToDate() throws {
    let page = Program.package.appendingPathComponent("Sources/PETTracers/Documentation.docc/Tracers.md")
    #expect(try String(contentsOf: page, encoding: .utf8) == CatalogueText.tracers(.markdown))
  }

  /// The page on files likewise: `petbalance pipelines --files --format markdown`.
  @Test func filesPageIsUpToDate() throws {
    let page = Program.package.appendingPathComponent("Sources/PETResults/Documentation.docc/Files.md")
    #expect(try String(contentsOf: page, encoding: .utf8) == CatalogueText.files(.markdown))
  }

  /// The page on keys of pipelines likewise: `petbalance pipelines --keys --format markdown`.
  @Test func keysPageIsUpToDate() throws {
    let page = Program.package.appendingPathComponent("Sources/PETPipeline/Documentation.docc/Keys.md")
    #expect(try String(contentsOf: page, encoding: .utf8) == PipelineKey.page(.markdown))
  }

  /// What a run leaves is of the kinds that are described, and only ever of one.
  @Test func everyFileIsDescribed() throws {
    let folder = try TemporaryFolder()
    let study = folder.file("study")
    let out = folder.file("out")
    #expect(try Program.run(["simulate", study, "--size", "tiny", "--participants", "1"]).status == 0)
    #expect(try Program.run(["run", study, out, "--pipeline", "raclopride-dasb-maps", "--quiet"]).status == 0)
    let files = try RunRecord.units(in: out).flatMap { try RunRecord.read($0, in: out)?.outputs ?? [] }.map(\.name)
    var kinds: Set<String> = []
    for file in files where !file.hasPrefix("logs/") && !file.hasSuffix(".html") {
      let name = try #require(BIDSName((file as NSString).lastPathComponent), "\(file)")
      let own = ResultFile.all.filter { kind in kind.endings.contains { kind.has(name, $0) } }
      #expect(own.count == 1, "\(file)")
      kinds.formUnion(own.map(\.name))
    }
    #expect(kinds.isSuperset(of: ["tacs", "kinpar", "mimap", "balance", "mask", "report"]), "\(kinds)")
    let top = try FileManager.default.contentsOfDirectory(atPath: out).filter {
      !$0.hasPrefix("sub-") && !$0.hasPrefix(".")
    }
    let known = ResultFile.all.map { $0.name.trimmingCharacters(in: ["/"]) }
    #expect(top.filter { !known.contains($0) } == [])
  }

  /// The README's picture is what the demo draws.
  @Test func pictureIsUpToDate() throws {
    let folder = try TemporaryFolder()
    let out = folder.file("out")
    #expect(try Program.run(["run", Program.sampleData, out, "--pipeline", "raclopride-dasb", "--quiet"]).status == 0)
    #expect(try Program.run(["report", out, "--figures", "svg", "--out", folder.file("figures")]).status == 0)
    let picture = Program.package.appendingPathComponent("Sources/PETPages/Documentation.docc/balance.svg")
    #expect(
      try String(contentsOf: picture, encoding: .utf8)
        == String(contentsOfFile: folder.file("figures/sub-01_balance.svg"), encoding: .utf8))
  }

  /// Every code that the checks' sources give stands in the page on batches.
  @Test func everyCheckIsDescribed() throws {
    let page = Program.package.appendingPathComponent("Sources/PETPipeline/Documentation.docc/Batches.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let sources = Program.package.appendingPathComponent("Sources").path
    let checks = try ["PETStudy/Checks", "PETPipeline/Check"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: "\(sources)/\(folder)").map { "\(folder)/\($0)" }
    }
    let readers = [
      "Curves/CurveChecks", "Curves/UptakeChecks", "Sidecars/DecayState", "Sidecars/InjectionClock",
    ].map { "PETStudy/\($0).swift" }
    var codes: Set<String> = Set(Acceptance.acceptable.map(\.word))
    for file in checks + readers {
      let source = try String(contentsOfFile: sources + "/" + file, encoding: .utf8)
      for match in source.matches(of: /Finding\.Code\("([a-z0-9-]+)"\)/) { codes.insert(String(match.output.1)) }
    }
    #expect(codes.count > 25, "\(codes)")
    let missing = codes.filter { !text.contains("`\($0)`") }
    #expect(missing.isEmpty)
  }

  /// The word of a rule is written once, beside the rule: no two rules share one, and none is without a rule.
  @Test func codesAreDeclaredOnce() throws {
    let sources = Program.package.appendingPathComponent("Sources").path
    var declared: [String: Int] = [:]
    var names: [Substring] = []
    var whole = ""
    for file in try #require(FileManager.default.enumerator(atPath: sources)).compactMap({ $0 as? String })
    where file.hasSuffix(".swift") {
      let source = try String(contentsOfFile: "\(sources)/\(file)", encoding: .utf8)
      for match in source.matches(of: /static let (\w+) = Finding\.Code\("([a-z0-9-]+)"\)/) {
        declared[String(match.output.2), default: 0] += 1
        names.append(match.output.1)
      }
      whole += source
    }
    #expect(declared.count > 150)
    #expect(declared.filter { $0.value > 1 }.isEmpty)
    let unused = names.filter { !whole.contains(".\($0)") }
    #expect(unused.isEmpty, "\(unused)")
  }

  /// The map for contributors names every target with the imports that the package gives it.
  @Test func targetsAreThoseOfThePackage() throws {
    let (package, _) = try TextFile.read(Program.package.appendingPathComponent("Package.swift").path)
    let ours = /(?:layer\(|\.executableTarget\(\s*name:)\s*"(PET\w+|petbalance)",\s*(?:dependencies:\s*)?\[([^\]]*)\]/
    func targets(_ text: Substring) -> Set<String> { Set(text.matches(of: /\bPET\w+/).map { String($0.output) }) }
    var given: [String: Set<String>] = [:]
    for match in package.matches(of: ours) where match.output.1 != "PETTestSupport" {
      given[String(match.output.1)] = targets(match.output.2)
    }
    let (map, _) = try TextFile.read(Program.package.appendingPathComponent("CONTRIBUTING.md").path)
    var told: [String: Set<String>] = [:]
    for match in map.matches(of: /\n\| (PET\w+|petbalance) \|([^|]*)\|/) {
      told[String(match.output.1)] = targets(match.output.2)
    }
    #expect(given.count == 13 && given == told)
  }
}
