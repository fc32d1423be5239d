import Foundation
import PETBinding
import PETCore
import PETPipeline
import PETSimulation
import PETTestSupport
import PETTracers
import Testing

/// A user's own tracers: read, refused, and through a run.
struct TracerFileTests {
  /// A simulated study has [11C]raclopride; this is another tracer in its place.
  private static let own = """
    - id: mytracer
      name: "[11C]my tracer"
      synonyms: [RAC, raclopride]
      target: "D2 receptor of mine"
      system: dopamine
      isotope: C11
      reference: [cerebellum]
      models: [SRTM]
      usual-scan: {minutes: [0, 120], injection: bolus, source: own measurement}
      k2prime: {value: 0.16, source: own measurement}
      usual-ranges:
        - {region: putamen, measure: BPND, range: [2, 4], source: own measurement}
      retest:
        - {regions: [putamen, caudate], variability: 5, source: own measurement}
      misuse:
        - {regions: [thalamus], sentence: no specific binding was shown, source: own measurement}
      interactions:
        - {drugs: [mydrug], sentence: it blocks the receptor, source: own measurement}
      caveats: ["Never tried by others."]
      sources: [own measurement]
    """

  private static let pipeline = """
    name: own
    read: {tracers: mine.yaml, dopamine: {tracer: mytracer, fwhm: 6}, serotonin: {tracer: dasb, fwhm: 6}}
    models: {dopamine: {model: SRTM, reference: cerebellum}, serotonin: {model: SRTM, reference: cerebellum}}
    """

  // MARK: - Reading

  @Test(arguments: TracerCatalogue.builtIn.all.map(\.id))
  func everyCardReadsBack(id: String) throws {
    let card = try #require(TracerCatalogue.builtIn.find(id))
    #expect(try TracerFile.parse(TracerFile.text(card), file: "t.yaml") == [card])
  }

  @Test func allCardsAreOneFile() throws {
    let cards = TracerCatalogue.builtIn.all
    #expect(try TracerFile.parse(cards.map(TracerFile.text).joined(separator: "\n"), file: "t.yaml") == cards)
  }

  @Test func ownCardIsRead() throws {
    let card = try #require(try TracerFile.parse(Self.own, file: "t.yaml").first)
    #expect(card.keys.contains("raclopride") && card.usualScan?.minutes == 0...120 && card.k2prime?.perMinute == 0.16)
    #expect(card.usualScan?.injection == .bolus && card.retest[0].regions == ["putamen", "caudate"])
    #expect(card.remarks(region: "Left-Thalamus") == ["my tracer: no specific binding was shown"])
    #expect(card.unverified.isEmpty)
    // A system of the user's own.
    let other = Self.own.replacing("system: dopamine", with: "system: adenosine")
    #expect(try TracerFile.parse(other, file: "t.yaml")[0].system.rawValue == "adenosine")
  }

  /// Each fault with its place, all at once.
  @Test func everyFaultIsReported() throws {
    let text = """
      - id: one
        nam: first
        target: a receptor
        system: Dopamine
        isotope: C12
        models: [SRTN]
        k2prime: {value: fast, source: x}
        retest:
          - {regions: [putamen], variability: -1, source: x}
        usual-scan: {minutes: [90, 0], source: x}
      - id: two
        name: second
        target: a receptor
        system: pairing
        isotope: C11
      - id: three
        name: Third
        target: a receptor
        system: dopamine
        isotope: C11
        misuse: [thalamus]
      - id: four
        name: third
        target: a receptor
        system: dopamine
        isotope: C11
      - just text
      """
    let error = #expect(throws: PETError.self) { try TracerFile.parse(text, file: "t.yaml") }
    let lines = [error?.description ?? ""] + (error?.others ?? [])
    for words in [
      "t.yaml:2:3: tracers[1].nam: unknown key; did you mean 'name'?", "tracers[1].name: the key is missing",
      "t.yaml:4:11: tracers[1].system: 'Dopamine' is not a lower-case word", "'C12'", "'SRTM'",
      "'fast' is not a number",
      "'-1' is not a number", "two rising numbers", "'pairing' means something else", "t.yaml:21:12",
      "'four' is one of 'three' too",
      "t.yaml:27:3",
    ] {
      #expect(lines.contains { $0.contains(words) }, "\(words): \(lines.joined(separator: "\n"))")
    }
    #expect(lines.count == 12, "\(lines.joined(separator: "\n"))")
  }

  @Test(arguments: [
    "", "id: x\n", "just text", "- id: [\n", "- id: a\n  id: b\n", "a: &a [x]\n", "- !!x {id: a}\n", "- - id: a\n",
    "- id: \"a\\nb\"\n  name: x\n  target: y\n  system: z\n  isotope: C11\n",
    "- {id: a, name: '[11C]', target: y, system: z, isotope: C11}\n",
    "- {id: a, name: x, synonyms: [''], target: y, system: z, isotope: C11}\n",
    "- {id: a, name: x, target: y, system: z, also-marks: [Two words], isotope: C11}\n",
    "- {id: a, name: x, target: y, system: z, isotope: C11, interactions: [{drugs: [''], sentence: s, source: t}]}\n",
  ])
  func refuses(text: String) {
    let error = #expect(throws: PETError.self) { try TracerFile.parse(text, file: "t.yaml") }
    #expect(error?.code == .wrongInput && error?.file?.hasPrefix("t.yaml") == true, "\(String(describing: error))")
  }

  @Test func refusesWhatIsNoFile() throws {
    let folder = try TemporaryFolder()
    #expect(#expect(throws: PETError.self) { try TracerFile.read(folder.file("none")) }?.code == .missingInput)
    #expect(#expect(throws: PETError.self) { try TracerFile.read(folder.path) }?.code == .cannotRead)
    let large = folder.file("large.yaml")
    try Data(repeating: 0x20, count: 2 << 20).write(to: URL(fileURLWithPath: large))
    #expect(#expect(throws: PETError.self) { try TracerFile.read(large) }?.code == .wrongInput)
    try Data([0x2d, 0x20, 0xff, 0xfe]).write(to: URL(fileURLWithPath: large))
    #expect(#expect(throws: PETError.self) { try TracerFile.read(large) }?.problem.contains("UTF-8") == true)
  }

  // MARK: - In a pipeline

  /// Beside the pipeline's file; its text counts in the digest, and its faults stand with the pipeline's own.
  @Test func aPipelineNamesIt() throws {
    let folder = try TemporaryFolder()
    let (file, mine) = (folder.file("p.yaml"), folder.file("mine.yaml"))
    try Self.pipeline.write(toFile: file, atomically: true, encoding: .utf8)
    try Self.own.write(toFile: mine, atomically: true, encoding: .utf8)
    let first = try PipelineLoader.load(file)
    #expect(first.numerator.tracer.id == "mytracer" && first.tracers.find("raclopride")?.id == "mytracer")
    #expect(first.balance.catalogue.find("mytracer") != nil)
    #expect(try PipelineLoader.load(file).digest == first.digest)
    try (Self.own + "\n").write(toFile: mine, atomically: true, encoding: .utf8)
    #expect(try PipelineLoader.load(file).digest != first.digest)
    try Self.own.replacing("C11", with: "C12").write(toFile: mine, atomically: true, encoding: .utf8)
    let error = #expect(throws: PETError.self) { try PipelineLoader.load(file) }
    let lines = [error?.description ?? ""] + (error?.others ?? [])
    #expect(lines.contains { $0.hasPrefix(mine + ":6:") && $0.contains("'C12'") }, "\(lines)")
    try FileManager.default.removeItem(atPath: mine)
    let missing = #expect(throws: PETError.self) { try PipelineLoader.load(file) }
    #expect(([missing?.description ?? ""] + (missing?.others ?? [])).contains { $0.contains("no such file") })
  }

  /// A system that only the user's file knows.
  @Test func aSystemOfTheUsersOwn() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("p.yaml")
    try Self.own.replacing("system: dopamine", with: "system: adenosine")
      .write(toFile: folder.file("mine.yaml"), atomically: true, encoding: .utf8)
    try Self.pipeline.replacing("dopamine:", with: "adenosine:").write(toFile: file, atomically: true, encoding: .utf8)
    let definition = try PipelineLoader.load(file)
    #expect(definition.balance.systems.quotient == "adenosine / serotonin")
  }

  // MARK: - Through a run

  @Test func aRunWithItsOwnTracer() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    let pipeline = folder.file("p.yaml")
    try Self.pipeline.write(toFile: pipeline, atomically: true, encoding: .utf8)
    try Self.own.write(toFile: folder.file("mine.yaml"), atomically: true, encoding: .utf8)
    let people = "participant_id\tMedication\nsub-01\tMyDrug 5 mg\nsub-02\tn/a\n"
    try people.write(toFile: study + "/participants.tsv", atomically: true, encoding: .utf8)
    let (out, outcome) = try SampleStudyTests.run(study, pipeline: pipeline, into: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let base = out + "/sub-01/pet/sub-01_trc-RAC_model-SRTM_kinpar"
    let table = try TSVTable(path: base + ".tsv")
    let note = try table.required("note")
    for row in table.rows {
      #expect(row[note].contains("my tracer: no specific binding") == row[0].lowercased().contains("thalamus"))
      #expect(row[note].contains("scan: ") && row[note].contains("medication") && row[note].contains("scan-short"))
    }
    let findings = try #require(try JSONValue.readObject(path: base + ".json")["Findings"]?.list)
    func finding(_ code: String) -> JSONValue? { findings.first { $0["Code"]?.string == code } }
    #expect(finding("tracer-misuse")?["Level"]?.string == "warning")
    #expect(finding("tracer-misuse")?["Value"]?.string?.contains("Left-Thalamus") == true)
    #expect(finding("medication")?["Problem"]?.string?.contains("mydrug with [11C]my tracer") == true)
    #expect(finding("scan-short") != nil)
    #expect(FileManager.default.fileExists(atPath: out + "/sub-01/sub-01_desc-mytracerdasb_balance.tsv"))
    // Anywhere: the file stands beside the pipeline in the output too.
    #expect(try Program.run(["verify", out, "--rerun", "1"]).status == 0)
    let copy = folder.file("far/copy")
    try FileManager.default.createDirectory(atPath: folder.file("far"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: out, toPath: copy)
    #expect(try Program.run(["verify", copy, "--study", study]).status == 0)
    try "- id: x\n".write(toFile: copy + "/mine.yaml", atomically: true, encoding: .utf8)
    #expect(try Program.run(["verify", copy, "--study", study]).status == 65)

    // The table matters to the scan whose findings are from it, and to no other.
    func plan() throws -> [String] {
      let plan = try Program.run(["plan", study, out, "--pipeline", pipeline])
      return try TSVTable(text: plan.output, file: "plan").rows.filter { $0[2] == "scan" }.map { "\($0[1]) \($0[4])" }
    }
    let all = ["sub-01_trc-DASB", "sub-01_trc-RAC", "sub-02_trc-DASB", "sub-02_trc-RAC"]
    #expect(try plan().sorted() == all.map { $0 + " done" })
    try (people + "sub-03\tn/a\n").write(toFile: study + "/participants.tsv", atomically: true, encoding: .utf8)
    #expect(try plan().sorted() == all.map { $0 + ($0 == "sub-01_trc-RAC" ? " stale" : " done") })
    // Another text of the file is another pipeline.
    try (Self.own + "\n").write(toFile: folder.file("mine.yaml"), atomically: true, encoding: .utf8)
    #expect(try plan().allSatisfy { $0.hasSuffix(" stale") })
  }

  /// The check tells what a run would.
  @Test func checkTellsDrugs() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    try "participant_id\tdrugs\nsub-01\tsertraline 50 mg\n".write(
      toFile: study + "/participants.tsv", atomically: true, encoding: .utf8)
    let run = try Program.run(["check", study, "--format", "tsv"])
    let rows = try TSVTable(text: run.output, file: "check").rows
    #expect(rows.count == 1 && rows[0][1] == "medication" && rows[0][2] == "participants.tsv", "\(run.output)")
    #expect(rows[0][5].contains("sertraline with [11C]DASB") && run.status == 0)
  }

  // MARK: - The command

  @Test func theCommandShowsThem() throws {
    let folder = try TemporaryFolder()
    let mine = folder.file("mine.yaml")
    try Self.own.write(toFile: mine, atomically: true, encoding: .utf8)
    let list = try Program.run(["tracers", "--tracers", mine, "--format", "tsv"])
    let ids = try TSVTable(text: list.output, file: "tracers").rows.map { $0[0] }
    #expect(ids.contains("mytracer") && ids.contains("dasb") && !ids.contains("raclopride"))
    let full = try Program.run(["tracers", "PHNO"])
    for words in ["test-retest variability:", "CV 7.98%", "not to be read as its target:", "no source seen for:"] {
      #expect(full.output.contains(words), "\(words)")
    }
    let yaml = try Program.run(["tracers", "raclopride", "--format", "yaml"])
    #expect(try TracerFile.parse(yaml.output, file: "t.yaml").map(\.id) == ["raclopride"])
    let unknown = try Program.run(["tracers", "raclopryde"])
    #expect(unknown.status == 64 && unknown.errors.contains("did you mean 'raclopride'?"))
    let bad = try Program.run(["tracers", "--tracers", folder.file("none.yaml")])
    #expect(bad.status == 66)
    let json = try Program.run(["tracers", "dasb", "--format", "json"])
    #expect(json.output.contains("\"Interactions\"") && json.output.contains("\"UsualScan\""))
  }
}
