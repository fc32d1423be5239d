import Foundation
import PETCore
import PETSimulation
import PETTestSupport
import Testing

/// A simulated study of two groups from scans to the answer.
struct StudyCommandTests {
  /// One output for all tests: 24 persons, two regions whose log ratio differs by 0.6 between the groups.
  private static let made: Result<(folder: TemporaryFolder, study: String, out: String), any Error> = Result {
    let folder = try TemporaryFolder()
    var plan = StudyPlan()
    plan.size = .tiny
    plan.participants = 24
    plan.noise = 0.05
    plan.regional = 0.15
    plan.between = 0.15
    plan.seed = 11
    plan.groupEffects = ["Left-Putamen": 0.6, "Left-Thalamus": -0.6]
    let study = folder.file("study")
    try StudySimulation(plan).write(to: study)
    let (out, outcome) = try SampleStudyTests.run(study, into: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return (folder, study, out)
  }

  /// Every label and merged region: those with an effect are sides.
  private static let regions = [
    "Left-Cortex", "Right-Cortex", "Left-Caudate", "Right-Caudate", "Left-Putamen", "Right-Putamen",
    "Left-VentralStriatum",
    "Right-VentralStriatum", "Left-Thalamus", "Right-Thalamus", "Left-Hippocampus", "Right-Hippocampus",
    "Left-Amygdala",
    "Right-Amygdala", "Midbrain", "Raphe", "Putamen", "Thalamus", "Striatum",
  ]

  private func ask(_ arguments: [String]) throws -> TSVTable {
    let made = try Self.made.get()
    let run = try Program.run(
      ["study", made.out, "--persons", made.study + "/participants.tsv", "--permutations", "2000"] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    return try TSVTable(text: run.output, file: "study")
  }

  /// The effect is found in the two regions with its sign and size; sided regions without one are not discoveries.
  @Test func theEffectIsFound() throws {
    let table = try ask(
      ["--groups", "group", "--levels", "control", "patient", "--covariates", "age", "sex", "--regions"] + Self.regions)
    let (effect, q) = (try table.required("effect"), try table.required("q"))
    let (low, high) = (try table.required("effect-low"), try table.required("effect-high"))
    var found: Set<String> = []
    for (number, row) in table.rows.enumerated() where try table.number(number, q) < 0.05 { found.insert(row[0]) }
    #expect(found.isSuperset(of: ["Left-Putamen", "Left-Thalamus"]))
    // Merged regions hold half of it; what else there is may be a false discovery, at most one.
    let merged: Set<String> = ["Left-Putamen", "Left-Thalamus", "Putamen", "Thalamus", "Striatum"]
    #expect(found.subtracting(merged).count <= 1, "\(found)")
    for (name, truth) in [("Left-Putamen", 0.6), ("Left-Thalamus", -0.6)] {
      let row = try #require(table.rows.firstIndex { $0[0] == name })
      let limits = (try table.number(row, low), try table.number(row, high))
      #expect(limits.0 < truth && truth < limits.1)
      #expect(try table.number(row, effect) * truth > 0)
      #expect(try table.number(row, try table.required("effect-ratio")) == exp(try table.number(row, effect)))
    }
  }

  /// Persons and levels are found where there is one answer; sides and composites have no test of their own.
  @Test func whatIsThereIsFound() throws {
    let made = try Self.made.get()
    let named = try ask(["--groups", "group", "--levels", "control", "patient", "--set", "deep=Putamen,Thalamus"])
    let run = try Program.run(
      ["study", made.out, "--permutations", "2000", "--groups", "group", "--set", "deep=Putamen,Thalamus"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try TSVTable(text: run.output, file: "study").rows == named.rows)
    let (kind, q) = (try named.required("kind"), try named.required("q"))
    #expect(named.rows.prefix(3).map { $0[0] } == ["all", "deep", "regions differ"])
    #expect(named.rows.map { $0[kind] }.prefix(4) == ["all", "set", "difference", "region"])
    for row in named.rows where row[kind] == "region" {
      let isOutside =
        row[0].hasPrefix("Left") || row[0].hasPrefix("Right")
        || ["Striatum", "Limbic", "White-Matter", "Cerebellum"].contains(row[0])
      #expect((row[q] == "n/a") == isOutside, "\(row[0]) \(row[q])")
    }
    // Opposite effects in two regions: they differ, and are none together.
    let p = try named.required("heterogeneity-p")
    #expect(try named.number(2, p) < 0.05 && named.number(0, q) > 0.05)
    let several = try Program.run(["study", made.out, "--groups", "age"])
    #expect(several.status == 64 && several.errors.contains("levels"), "\(several.errors)")
    let unknown = try Program.run(["study", made.out, "--groups", "grup"])
    #expect(unknown.status == 65 && unknown.errors.contains("group"), "\(unknown.errors)")
    #expect(try Program.run(["study", made.out, "--groups", "group", "--set", "x"]).status == 64)
  }

  /// Persons for an effect from the spread of this study, its groups held; what is planned, sets, and what cannot be told.
  @Test func personsThatAStudyNeeds() throws {
    let made = try Self.made.get()
    let run = try Program.run(
      [
        "power", made.out, "--ratio", "1.2", "--covariates", "group", "--set", "deep=Putamen,Thalamus", "--planned",
        "12",
        "--out", made.folder.file("power.tsv"),
      ])
    #expect(run.status == 0, "\(run.errors)")
    let table = try TSVTable(path: made.folder.file("power.tsv"))
    let (region, design) = (try table.required("region"), try table.required("design"))
    func row(_ name: String, _ kind: String) throws -> Int {
      try #require(table.rows.firstIndex { $0[region] == name && $0[design] == kind })
    }
    func number(_ row: Int, _ column: String) throws -> Double { try table.number(row, try table.required(column)) }
    #expect(table.rows.prefix(2).map { $0[region] } == ["all", "deep"])
    let putamen = try row("Putamen", "groups")
    #expect(abs(try number(putamen, "effect") - log(1.2)) < 1e-12)
    // The spread within groups, from the table of the run.
    let tidy = try TSVTable(path: made.out + "/group_balance.tsv")
    let (place, value) = (try tidy.required("region"), try tidy.required("log-ratio"))
    let own = tidy.rows.filter { $0[place] == "Putamen" }.compactMap { Double($0[value]) }
    #expect(own.count == 24)
    let people = try TSVTable(path: made.study + "/participants.tsv")
    let group = try people.required("group")
    let levels = Set(people.rows.map { $0[group] }).map { level in
      Moments(zip(own, people.rows).filter { $0.1[group] == level }.map(\.0))
    }
    let within = levels.reduce(0) { $0 + $1.variance * Double($1.count - 1) } / 22
    #expect(abs(try number(putamen, "sd") / within.squareRoot() - 1) < 1e-12)
    #expect(try number(putamen, "persons-low") <= number(putamen, "persons"))
    #expect(try number(putamen, "persons") <= number(putamen, "persons-family"))
    #expect(try number(putamen, "power-low") < number(putamen, "power"))
    let side = try row("Left-Putamen", "groups")
    #expect(table.rows[side][try table.required("persons-family")] == "n/a")
    let sessions = try row("Putamen", "sessions")
    #expect(table.rows[sessions][try table.required("persons")] == "n/a")
    #expect(table.rows[sessions][try table.required("note")].contains("--retest-sd"))
    let told = try Program.run(["power", made.out, "--effect", "0.2", "--design", "sessions", "--retest-sd", "0.1"])
    #expect(told.status == 0 && told.output.contains("\t7\t"), "\(told.output)")
    for wrong in [
      [], ["--ratio", "1"], ["--effect", "0"], ["--ratio", "1.2", "--effect", "0.2"], ["--planned", "1"],
      ["--ratio", "1.2", "--measure", "dopamine"], ["--ratio", "1.2", "--power", "0.01"],
      ["--ratio", "1.2", "--design", "crossover"], ["--ratio", "1.2", "--set", "x=Nowhere"],
    ] { #expect(try Program.run(["power", made.out] + wrong).status == 64, "\(wrong)") }
  }

  /// The same question gives the same bytes; another seed other permutations and the same effects.
  @Test func seedsDecide() throws {
    let question = ["--groups", "group", "--levels", "control", "patient"]
    let (a, b) = (try ask(question), try ask(question + ["--seed", "2"]))
    #expect(try ask(question).rows == a.rows && a.rows != b.rows)
    let effect = try a.required("effect")
    #expect(a.rows.map { $0[effect] } == b.rows.map { $0[effect] })
  }

  @Test func groupTablesHoldWhatThePersonsHave() throws {
    let out = try Self.made.get().out
    let wide = try TSVTable(path: out + "/group_wide.tsv")
    let tidy = try TSVTable(path: out + "/group_balance.tsv")
    let summary = try TSVTable(path: out + "/group_summary.tsv")
    #expect(wide.rows.count == 24 && wide.columns.contains("log-ratio.Left-Putamen"))
    let (region, value) = (try tidy.required("region"), try tidy.required("log-ratio"))
    let own = tidy.rows.filter { $0[region] == "Left-Putamen" }.compactMap { Double($0[value]) }
    let column = try wide.required("log-ratio.Left-Putamen")
    #expect(wide.rows.map { Double($0[column]) ?? .nan } == own)
    let row = try #require(summary.rows.firstIndex { $0[try summary.required("region")] == "Left-Putamen" })
    let mean = exp(own.reduce(0, +) / 24)
    #expect(abs(try summary.number(row, try summary.required("geometric-mean-ratio")) / mean - 1) < 1e-12)
    let coupling = try TSVTable(path: out + "/group_coupling.tsv")
    // The reference region has no binding of its own, and no pair.
    let told = try ["dopamine", "serotonin"].map { (system) throws in
      let column = try tidy.required(system)
      return Set(tidy.rows.filter { Double($0[column]) != nil }.map { $0[region] }).count
    }
    #expect(coupling.rows.count == told[0] * told[1] && told[0] < Set(tidy.rows.map { $0[region] }).count)
    let verify = try Program.run(["verify", out])
    #expect(verify.status == 0, "\(verify.output)")
  }

  /// Norms of the controls: written, read back, and the same for a person of the other group.
  @Test func normsAreReadBack() throws {
    let made = try Self.made.get()
    let people = ["--persons", made.study + "/participants.tsv"]
    let norms = made.folder.file("norms.tsv")
    let own = try Program.run(
      ["norms", made.out, "--reference", "group=control", "--covariates", "age", "sex", "--write", norms] + people)
    let other = try Program.run(["norms", made.out, "--norms", norms] + people)
    #expect(own.status == 0 && other.status == 0, "\(own.errors) \(other.errors)")
    let (a, b) = (try TSVTable(text: own.output, file: "a"), try TSVTable(text: other.output, file: "b"))
    let z = try a.required("z")
    var compared = 0
    for row in a.rows where row[try a.required("member")] == "no" && row[z] != "n/a" {
      let twin = try #require(b.rows.first { $0[0] == row[0] && $0[2] == row[2] && $0[3] == row[3] })
      let (first, second) = (Double(row[z]) ?? .nan, Double(twin[z]) ?? .nan)
      #expect(abs(first - second) < 1e-9 * max(1, abs(first)))
      compared += 1
    }
    #expect(compared > 300)
    // Patients have more in the left putamen; members are held against the others.
    let putamen = a.rows.filter { $0[2] == "log-ratio" && $0[3] == "Left-Putamen" }
    let member = try a.required("member")
    func mean(_ word: String) -> Double {
      let own = putamen.filter { $0[member] == word }.compactMap { Double($0[z]) }
      return own.reduce(0, +) / Double(own.count)
    }
    #expect(mean("no") > 1 && abs(mean("yes")) < 1)
  }

  /// The same norms in a pipeline, with age and sex from `participants.tsv`.
  @Test func normsInAPipeline() throws {
    let made = try Self.made.get()
    let folder = try TemporaryFolder()
    try AtomicFile.write(
      "measure\tregion\tn\tmean\tsd\ndopamine\tLeft-Putamen\t20\t3\t0.5\nserotonin\tLeft-Putamen\t20\t1.5\t0.25\n",
      to: folder.file("norms.tsv"))
    try AtomicFile.write(#"{"Pair": "raclopridedasb", "Covariates": {}}"#, to: folder.file("norms.json"))
    let pipeline = folder.file("p.yaml")
    try AtomicFile.write(
      """
      name: p
      read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
      models:
        dopamine: {model: SRTM, reference: cerebellum}
        serotonin: {model: MRTM2, reference: cerebellum}
      balance:
        norms: norms.tsv
        cross: {nigrostriatal: [Putamen, Midbrain]}
        retest: {dopamine: 0.04, serotonin: 0.08}
        calibration: {dopamine: [10, 1], serotonin: [5, 0.5]}
        bootstrap: 500
      """, to: pipeline)
    let (out, outcome) = try SampleStudyTests.run(
      made.study, ["--participant-label", "01"], pipeline: pipeline, into: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try TSVTable(path: out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv")
    let row = try #require(table.rows.firstIndex { $0[0] == "Left-Putamen" })
    func number(_ name: String) throws -> Double { try table.number(row, try table.required(name)) }
    let (a, b) = (try number("dopamine"), try number("serotonin"))
    #expect(abs(try number("z-difference") - ((a - 3) / 0.5 - (b - 1.5) / 0.25)) < 1e-12)
    #expect(abs(try number("density-ratio") - 2 * a / b) < 1e-12)
    let (inverse, fraction) = (try number("inverse-ratio"), try number("fraction"))
    #expect(abs(inverse - b / a) < 1e-12 && abs(fraction - a / (a + b)) < 1e-12)
    let logRatio = try number("log-ratio")
    let (low, high) = (try number("bootstrap-low"), try number("bootstrap-high"))
    #expect(low < logRatio && logRatio < high)
    let (sa, sb) = (try number("dopamine-se") / a, try number("serotonin-se") / b)
    let se = (sa * sa + 0.04 * 0.04 + sb * sb + 0.08 * 0.08).squareRoot()
    #expect(abs(try number("log-ratio-se") - se) < 1e-12)
    let cross = try #require(table.rows.first { $0[0] == "nigrostriatal" })
    let (putamen, midbrain) = (
      try #require(table.rows.first { $0[0] == "Putamen" }), try #require(table.rows.first { $0[0] == "Midbrain" })
    )
    let (first, second) = (try table.required("dopamine"), try table.required("serotonin"))
    #expect(cross[first] == putamen[first] && cross[second] == midbrain[second])
    // The norms travel with the output, and count as part of the pipeline.
    #expect(["norms.tsv", "norms.json"].allSatisfy { FileManager.default.fileExists(atPath: out + "/" + $0) })
    #expect(try Program.run(["verify", out, "--study", made.study]).status == 0)
    try AtomicFile.write(
      "measure\tregion\tn\tmean\tsd\ndopamine\tLeft-Putamen\t20\t2\t0.5\n", to: folder.file("norms.tsv"))
    let plan = try Program.run(["plan", made.study, out, "--pipeline", pipeline, "--participant-label", "01"])
    #expect(plan.output.contains("stale"))
  }

  /// A choice of analyses: what universes share agrees with single runs, and the choice that moves most is named.
  @Test func multiverse() throws {
    let made = try Self.made.get()
    let folder = try TemporaryFolder()
    let grid = folder.file("grid.yaml")
    try AtomicFile.write(
      """
      name: grid
      read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
      curves: {smooth: [0, 12]}
      input: {weights: [counts, uniform]}
      models:
        dopamine: {model: [SRTM, MRTM2], reference: cerebellum, k2prime: [estimate, 0.16]}
        serotonin: {model: MRTM2, reference: cerebellum}
      """, to: grid)
    let run = try Program.run(
      [
        "multiverse", made.study, folder.file("out"), "--grid", grid, "--participant-label", "01", "02", "03", "04",
        "05", "06", "--persons", made.study + "/participants.tsv", "--groups", "group", "--levels", "control",
        "patient",
        "--permutations", "99",
      ])
    #expect(run.status == 0, "\(run.errors)")
    let universes = try TSVTable(path: folder.file("out") + "/multiverse_universes.tsv")
    // SRTM has no use for k2': 2 x 2 x (1 + 2).
    #expect(universes.rows.count == 12 && universes.columns.count == 5)
    let table = try TSVTable(path: folder.file("out") + "/multiverse.tsv")
    let plain = try TSVTable(path: made.out + "/sub-03/sub-03_desc-raclopridedasb_balance.tsv")
    let (person, region) = (try table.required("participant_id"), try table.required("region"))
    // The universe of the shipped pipeline gives its numbers to the last digit.
    for row in plain.rows {
      let twin = try #require(
        table.rows.first { $0[0] == "1" && $0[person] == "sub-03" && $0[region] == row[0] })
      for name in ["dopamine", "dopamine-se", "serotonin", "ratio", "log-ratio", "log-ratio-se", "status"] {
        #expect(twin[try table.required(name)] == row[try plain.required(name)], "\(row[0]) \(name)")
      }
    }
    let spread = try TSVTable(path: folder.file("out") + "/multiverse_spread.tsv")
    let putamen = try #require(spread.rows.first { $0[0] == "Left-Putamen" && $0[1] == "dopamine" })
    // 12 mm of smoothing in voxels of 7 mm moves a small region more than any model does.
    #expect(putamen[try spread.required("most-moving")] == "curves.smooth")
    let contrasts = try TSVTable(path: folder.file("out") + "/multiverse_contrast_spread.tsv")
    let own = try #require(contrasts.rows.first { $0[0] == "Left-Putamen" })
    #expect(Double(own[try contrasts.required("share-same-sign")]) == 1)
    // Six persons, three against three: no p of 20 arrangements is below 0.1.
    #expect(try Int(own[contrasts.required("persons")]) == 6 && Double(own[contrasts.required("p-any")]) ?? 0 >= 0.09)
    #expect(run.errors.contains("Left-Putamen: pooled "))
  }

  /// What two tables of persons, two norms or two balances contradict each other in is refused.
  @Test func unlikeThingsAreNotCompared() throws {
    let made = try Self.made.get()
    let folder = try TemporaryFolder()
    func refused(_ arguments: [String], _ word: String) throws {
      let run = try Program.run(arguments)
      #expect([64, 65].contains(run.status) && run.errors.contains(word), "\(arguments[0]): \(run.errors)")
    }
    let balance = { (person: String) in "\(made.out)/\(person)/\(person)_desc-raclopridedasb_balance.tsv" }
    let kinpar = { (person: String, scan: String) in "\(made.out)/\(person)/pet/\(person)_trc-\(scan)_kinpar.tsv" }
    try refused(["change", balance("sub-01"), balance("sub-02")], "sub-02 stands beside sub-01")
    try refused(
      [
        "balance", "--dopamine", kinpar("sub-01", "RAC_model-SRTM"), "--serotonin",
        kinpar("sub-02", "DASB_model-MRTM2"),
      ], "sub-02 stands beside sub-01")
    let other = folder.file("people.tsv")
    try AtomicFile.write("participant_id\tgroup\nsub-01\tpatient\n", to: other)
    let question = ["--groups", "group", "--levels", "control", "patient"]
    try refused(
      ["study", made.out, "--persons", made.study + "/participants.tsv", other] + question, "where another table says")
    for (text, word) in [
      ("dopamine\tLeft-Putamen\t1e300\t3\t0.5\n", "no number of persons"),
      ("dopamine\tLeft-Putamen\t20\t3\tinf\n", "a number above 0"),
      ("dopamine\tA\t20\t3\t1\ndopamine\ta\t20\t3\t1\n", "stands twice"), ("nothing\tA\t20\t3\t1\n", "hold none of"),
    ] {
      try AtomicFile.write("measure\tregion\tn\tmean\tsd\n" + text, to: folder.file("norms.tsv"))
      try refused(["norms", made.out, "--norms", folder.file("norms.tsv")], word)
    }
    try AtomicFile.write(
      "measure\tregion\tn\tintercept\tsex-M\tsd\ndopamine\tLeft-Putamen\t20\t3\t1\t0.5\n", to: folder.file("norms.tsv"))
    try refused(["norms", made.out, "--norms", folder.file("norms.tsv")], "set against")
    try AtomicFile.write(#"{"Pair": "fepe2idasb", "Covariates": {"sex": ["F", "M"]}}"#, to: folder.file("norms.json"))
    try refused(["norms", made.out, "--norms", folder.file("norms.tsv")], "they are of fepe2idasb")
    // Persons stand once for each session; a second row of one would stand for the first.
    let table = try TextFile.read(made.out + "/group_balance.tsv").text
    let twice = folder.file("twice.tsv")
    try AtomicFile.write(table + table.split(separator: "\n")[3] + "\n", to: twice)
    try refused(["study", twice, "--persons", made.study + "/participants.tsv"] + question, "stands twice")
  }

  /// The change of a balance to itself is none, with limits; what does not count in one session is a row with the reason.
  @Test func changes() throws {
    let made = try Self.made.get()
    let path = made.out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv"
    let folder = try TemporaryFolder()
    let later = folder.file("sub-01_ses-b_desc-x_balance.tsv")
    let table = try TSVTable(path: path)
    let status = try table.required("dopamine-status")
    var text = TSVText(columns: table.columns)
    for row in table.rows where row[0] != "Midbrain" {
      var row = row
      if row[0] == "Left-Caudate" { row[status] = "atBound" }
      text.add(row)
    }
    try AtomicFile.write(text.text, to: later)
    try FileManager.default.copyItem(atPath: TSVTable.sidecarPath(of: path), toPath: TSVTable.sidecarPath(of: later))
    let run = try Program.run(["change", path, later])
    #expect(run.status == 0, "\(run.errors)")
    let change = try TSVTable(text: run.output, file: "change")
    let (value, note) = (try change.required("change"), try change.required("note"))
    func row(_ name: String) throws -> [String] { try #require(change.rows.first { $0[0] == name }) }
    #expect(try row("Left-Putamen")[value] == "0")
    let (midbrain, caudate) = (try row("Midbrain"), try row("Left-Caudate"))
    #expect(midbrain[value] == "n/a" && midbrain[note].contains("only in the first"))
    #expect(caudate[value] == "n/a" && caudate[note].contains("after: fit atBound"))
  }

  @Test func gridsThatCannotBeAreRefused() throws {
    let made = try Self.made.get()
    let folder = try TemporaryFolder()
    let body = "read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}\n"
    let models =
      "models: {dopamine: {model: %, reference: cerebellum}, serotonin: {model: SRTM, reference: cerebellum}}\n"
    for (text, word) in [
      ("name: x\n" + body + models.replacing("%", with: "SRTM"), "no setting is a list"),
      ("name: x\n" + body + models.replacing("%", with: "[SRTM, SRTN]"), "there is no model 'SRTN'"),
      ("name: x\n" + body + models.replacing("%", with: "[SRTM, MRTM1]") + "balanse: {}\n", "did you mean 'balance'"),
      ("- a\n", "holds no pipeline"), ("name: x\n" + body + models.replacing("%", with: "[]"), "the list is empty"),
      (
        "name: x\nread: {dopamine: {tracer: [raclopride, fepe2i]}, serotonin: {tracer: dasb}}\n"
          + models.replacing("%", with: "SRTM"), "it cannot be a list of choices"
      ),
    ] {
      let grid = folder.file("grid.yaml")
      try AtomicFile.write(text, to: grid)
      let run = try Program.run(["multiverse", made.study, folder.file("out"), "--grid", grid])
      #expect(run.status == 65 && run.errors.contains(word), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
    }
  }
}
