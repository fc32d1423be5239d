import Foundation
import PETCore
import PETKinetics
import PETPipeline
import PETTestSupport
import Testing

/// A pipeline that was edited: what hangs on the value is made again, named with the old and the new one, and nothing else.
struct EditedPipelineTests {
  private static let text = """
    name: mine
    description: D2/D3 over SERT
    read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
    models:
      dopamine: {model: SRTM, reference: cerebellum}
      serotonin: {model: MRTM2, reference: cerebellum}
    balance: {level: 0.95}

    """

  /// One study with its results for all tests, which work on copies.
  private static let made = Result {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let pipeline = try folder.write("mine.yaml", text)
    let out = folder.file("out")
    let run = try Program.run(["run", study, out, "--pipeline", pipeline, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    return (folder: folder, study: study, out: out)
  }

  private func plan(_ pipeline: String) throws -> [String: String] {
    let made = try Self.made.get()
    let plan = try Program.run(["plan", made.study, made.out, "--pipeline", pipeline])
    #expect(plan.status == 0, "\(plan.errors)")
    let table = try TSVTable(text: plan.output, file: "plan")
    let columns = try ["unit", "state", "reason"].map(table.required)
    return Dictionary(
      uniqueKeysWithValues: table.rows.filter { $0[columns[1]] != "done" }.map { ($0[columns[0]], $0[columns[2]]) })
  }

  /// Comments, the description, another order of keys, a default that is written out, another spelling of a number.
  @Test func whatSaysTheSameMakesNothingStale() throws {
    let folder = try TemporaryFolder()
    for (name, text) in [
      ("comment", "# a comment\n" + Self.text), ("description", Self.text.replacing("D2/D3", with: "receptors")),
      ("spelling", Self.text.replacing("0.95", with: "9.5e-1")),
      (
        "default",
        Self.text.replacing("model: SRTM,", with: "model: SRTM, tstar-limit: 10,").replacing(
          "balance:", with: "curves: {sampling: labels-to-image}\nbalance:"
        ).replacing("tstar-limit: 10, ", with: "")
      ),
      (
        "order",
        Self.text.split(separator: "\n").filter { $0.hasPrefix("balance") || $0.hasPrefix("name") }.joined(
          separator: "\n")
          + "\n" + Self.text.replacing("balance: {level: 0.95}\n", with: "").replacing("name: mine\n", with: "")
      ),
    ] {
      let pipeline = try folder.write("\(name).yaml", text)
      #expect(text != Self.text)
      #expect(try plan(pipeline) == [:], "\(name)")
    }
  }

  /// The order of the systems says which is above the line, and that of cross balances how rows follow: both are values.
  @Test func orderThatMatters() throws {
    let swapped = Self.text.replacing(
      "{dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}",
      with: "{serotonin: {tracer: dasb}, dopamine: {tracer: raclopride}}")
    let (a, b) = ("one: [Putamen, Raphe]", "two: [Thalamus, Raphe]")
    func cross(_ text: String) -> String { Self.text.replacing("balance: {", with: "balance: {cross: {\(text)}, ") }
    for (text, other) in [(Self.text, swapped), (cross("\(a), \(b)"), cross("\(b), \(a)"))] {
      #expect(text != other)
      let definitions = try [text, other].map { try PipelineLoader.parse($0, file: "mine.yaml") }
      #expect(definitions[0].digest != definitions[1].digest)
    }
  }

  /// SUV hangs on the body weight that `participants.tsv` tells, and on nothing of it when the pipeline gives one.
  @Test func bodyWeightsCount() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let sidecar = study + "/sub-01/pet/sub-01_trc-RAC_pet.json"
    try TextFile.read(sidecar).text.replacing(/[ ]*"BodyWeight(Units)?": .*\n/, with: "")
      .write(toFile: sidecar, atomically: true, encoding: .utf8)
    let table = study + "/participants.tsv"
    for (name, given, reason) in [
      ("own", "", "participants.tsv has changed"), ("given", "dose: 300, body-weight: 70, ", ""),
    ] {
      let pipeline = try folder.write(
        "\(name).yaml",
        "name: \(name)\nread: {dopamine: {tracer: raclopride}}\n"
          + "models: {dopamine: {model: SUV, \(given)window: [30, 50]}}\n")
      let out = folder.file(name)
      let run = try Program.run(["run", study, out, "--pipeline", pipeline, "--quiet"])
      #expect(run.status == 0, "\(run.errors)")
      let text = try TextFile.read(table).text
      try (text + "sub-99\t50\tF\t70\n").write(toFile: table, atomically: true, encoding: .utf8)
      let plan = try Program.run(["plan", study, out, "--pipeline", pipeline]).output
      #expect(plan.contains("stale") == !reason.isEmpty && (reason.isEmpty || plan.contains(reason)), "\(plan)")
      try text.write(toFile: table, atomically: true, encoding: .utf8)
    }
  }

  /// The level of the balance is of the pair alone; a model is of its scan, and waits for nothing else.
  @Test func thePlanNamesTheKey() throws {
    let folder = try TemporaryFolder()
    let (rac, dasb, pair) = ("sub-01_trc-RAC", "sub-01_trc-DASB", "sub-01_desc-raclopridedasb")
    for (old, new, stale) in [
      ("level: 0.95", "level: 0.9", [pair: "balance.level: 0.95 -> 0.9"]),
      ("model: SRTM", "model: MRTM1", [rac: "models.dopamine.model: SRTM -> MRTM1", pair: "\(rac) is stale"]),
      (
        "model: MRTM2", "k2prime: 0.08, model: MRTM2",
        [dasb: "models.serotonin.k2prime: estimate -> 0.08", pair: "\(dasb) is stale"]
      ),
      (
        "models:\n", "curves: {smooth: 3}\nmodels:\n",
        [rac: "curves.smooth: 0 -> 3", dasb: "curves.smooth: 0 -> 3", pair: "\(rac) is stale"]
      ),
      ("balance: {", "balance: {resolution: ignore, ", [pair: "balance.resolution: match -> ignore"]),
    ] {
      #expect(Self.text.contains(old))
      let pipeline = try folder.write("edited.yaml", Self.text.replacing(old, with: new))
      #expect(try plan(pipeline) == stale, "\(new)")
    }
  }

  /// Another model is fitted to the curves on record: they are not written again, and all bytes are those of a new output.
  @Test(arguments: [
    ("model: SRTM", "model: MRTM1"), ("models:\n", "models:\n  level: 0.9\n"),
    ("model: MRTM2", "bounds: {BPND: [0, 4]}, model: MRTM2"), ("reference: cerebellum", "reference: white-matter"),
  ]) func curvesAreKept(old: String, new: String) throws {
    let made = try Self.made.get()
    let folder = try TemporaryFolder()
    #expect(Self.text.contains(old))
    let pipeline = try folder.write("edited.yaml", Self.text.replacing(old, with: new))
    let (out, fresh) = (made.folder.file("copy-\(UUID().uuidString)"), made.folder.file("new-\(UUID().uuidString)"))
    try FileManager.default.copyItem(atPath: made.out, toPath: out)
    let before = try ResumeTests.stamps(out)
    let run = try Program.run(["run", made.study, out, "--pipeline", pipeline])
    #expect(run.status == 0 && run.errors.contains("curves kept"), "\(run.errors)")
    let after = try ResumeTests.stamps(out)
    for name in before.keys where ["_tacs.", "_morph.", "_petref.", "_dseg."].contains(where: name.contains) {
      #expect(after[name] == before[name], "\(name)")
    }
    #expect(try Program.run(["run", made.study, fresh, "--pipeline", pipeline, "--quiet"]).status == 0)
    let (ours, theirs) = (try ResumeTests.tree(out), try ResumeTests.tree(fresh))
    #expect(Set(ours.keys) == Set(theirs.keys))
    for name in ours.keys { #expect(ours[name] == theirs[name], "\(name)") }
    #expect(try Program.run(["verify", out]).status == 0)
  }

  /// Settings of fits and of the input, by path: the other keys of a role are names.
  private static let settings = PipelineKey.all.map(\.path).filter { path in
    path.hasPrefix("input.")
      || path.hasPrefix("models.*.") && FitSetting.named(String(path.dropFirst("models.*.".count))) != nil
  }

  /// What a key's card lets be written is read, and is another value than the default; every fault is told at its place.
  @Test(arguments: settings)
  func everySettingIsAKey(path: String) throws {
    let key = try #require(PipelineKey.all.first { $0.path == path })
    let name = path.split(separator: ".").last.map(String.init) ?? ""
    // A model that the setting serves, with what it needs besides.
    let setting = FitSetting.named(name)
    let card = try #require(
      ModelCatalogue.all.map { $0.card }.first { setting?.serves($0) ?? $0.needs.contains(.plasma) })
    var members = "model: \(card.id)"
    if card.needs.contains(.referenceCurve) { members += ", reference: cerebellum" }
    let partner = ["dose": "body-weight: 70", "body-weight": "dose: 300"][name]
    let example =
      setting?.kind == .bounds ? "{\(card.parameters[0].symbol): [0.5, 1]}" : key.example
    func text(_ value: String?) -> String {
      let own = value.map { "\(name): \($0)" }
      let isInput = path.hasPrefix("input.")
      let role = ([members] + (isInput ? [] : [own, value == nil ? nil : partner].compactMap { $0 })).joined(
        separator: ", ")
      return "name: x\nread: {dopamine: {tracer: raclopride}}\n"
        + (isInput && own != nil ? "input: {\(own ?? "")}\n" : "") + "models: {dopamine: {\(role)}}\n"
    }
    let plain = try PipelineLoader.parse(text(nil), file: "x.yaml")
    let given = try PipelineLoader.parse(text(example), file: "x.yaml")
    if setting != nil { #expect(given.choices(of: given.roles[0])[name] != nil) }
    #expect(given.digest != plain.digest || example == key.standard)
    let grid = try ChoiceGrid(text: text("[\(example)]"), file: "x.yaml")
    #expect(grid.choices == [path.replacing("*", with: "dopamine")] && grid.universes.count == 1)
    #expect(grid.universes[0].definition.digest == given.digest && !grid.universes[0].values[0].contains("…"))
    let error = #expect(throws: PETError.self) { try PipelineLoader.parse(text("'a b c'"), file: "x.yaml") }
    #expect(error?.field == path.replacing("*", with: "dopamine"), "\(String(describing: error))")
  }
}
