import Foundation
import PETCore
import PETResults
import PETTestSupport
import Testing

/// A measure for each system: Ki of FDOPA over BPND of DASB, from scans to the page.
struct MeasuresTests {
  /// The simulated study with its raclopride scans said to be of FDOPA: what is tried is names, units and words.
  private static func simulate(_ folder: TemporaryFolder) throws -> String {
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let pet = study + "/sub-01/pet"
    for file in try FileManager.default.contentsOfDirectory(atPath: pet) where file.contains("trc-RAC") {
      let renamed = "\(pet)/\(file.replacing("trc-RAC", with: "trc-FDOPA"))"
      try FileManager.default.moveItem(atPath: "\(pet)/\(file)", toPath: renamed)
      guard renamed.hasSuffix(".json") else { continue }
      let text = try String(contentsOfFile: renamed, encoding: .utf8)
      let edited = text.replacing("[11C]raclopride", with: "[18F]FDOPA").replacing("\"C11\"", with: "\"F18\"")
      #expect(edited.contains("FDOPA") && edited.contains("F18"))
      try AtomicFile.write(edited, to: renamed)
    }
    return study
  }

  private static func pipeline(_ measure: String, maps: String = "") -> String {
    """
    name: fdopa-dasb
    read: {dopamine: {tracer: fdopa}, serotonin: {tracer: dasb}}
    models:
      dopamine: {model: PatlakRef, reference: cerebellum, tstar: 30}
      serotonin: {model: MRTM2, reference: cerebellum}
    balance: {measure: \(measure)}
    \(maps)

    """
  }

  private static let made = Result {
    let folder = try TemporaryFolder()
    let study = try simulate(folder)
    let path = try folder.write("fdopa-dasb.yaml", pipeline("{dopamine: Kiref, serotonin: BPND}", maps: "maps: {}"))
    let out = folder.file("out")
    let run = try Program.run(["run", study, out, "--pipeline", path, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    return (folder: folder, study: study, out: out)
  }

  /// The ratio is the quotient of the two tables' columns, with the unit of the first; a share of their sum is none.
  @Test func tables() throws {
    let made = try Self.made.get()
    let base = made.out + "/sub-01/sub-01_desc-fdopadasb_balance"
    let file = try BalanceFile(path: base + ".tsv")
    let kinpar = try KinparFile(path: made.out + "/sub-01/pet/sub-01_trc-FDOPA_model-PatlakRef_kinpar.tsv")
    let binding = try KinparFile(path: made.out + "/sub-01/pet/sub-01_trc-DASB_model-MRTM2_kinpar.tsv")
    let (ki, bp) = (try #require(kinpar.place(of: "Kiref")), try #require(binding.place(of: "BPND")))
    let row = try #require(file.rows.first { $0.region == "Left-Putamen" })
    let first = try #require(kinpar.rows.first { $0.region == "Left-Putamen" }).parameters[ki].value
    let second = try #require(binding.rows.first { $0.region == "Left-Putamen" }).parameters[bp].value
    #expect(row.status == "ok" && row.numerator.estimate.value == first && row.denominator.estimate.value == second)
    #expect(abs(row.ratio.value / (first / second) - 1) < 1e-12)
    #expect(file.rows.allSatisfy { $0.fraction.isNaN })
    let json = try JSONValue.readObject(path: base + ".json")
    #expect(json["Dopamine"]?["Measure"]?.string == "Kiref" && json["Dopamine"]?["Units"]?.string == "1/min")
    #expect(json["Serotonin"]?["Measure"]?.string == "BPND" && json["Serotonin"]?["Units"]?.string == "unitless")
    #expect(json["ratio"]?["Units"]?.string == "1/min" && json["inverse-ratio"]?["Units"]?.string == "1/(1/min)")
    // The floor is that of the denominator's measure.
    #expect(json["DenominatorFloor"]?.double == 0.05)
    let study = try TSVTable(path: made.out + "/group_summary.tsv")
    #expect(study.columns.contains("dopamine-mean"))
  }

  @Test func pagesAndMaps() throws {
    let made = try Self.made.get()
    let page = try String(contentsOfFile: made.out + "/sub-01/sub-01.html", encoding: .utf8)
    #expect(page.contains("dopamine: Kiref, 1/min over serotonin: BPND, ratio in 1/min;"))
    #expect(!page.contains("serotonin: BPND, unitless"))
    let map = made.out + "/sub-01/sub-01_meas-ratio_desc-fdopadasb_mimap.json"
    #expect(try JSONValue.readObject(path: map)["Units"]?.string == "1/min")
    let log = made.out + "/sub-01/sub-01_meas-logratio_desc-fdopadasb_mimap.json"
    #expect(try JSONValue.readObject(path: log)["Units"]?.string == "unitless")
    let findings = try JSONValue.readObject(path: map)["Findings"]?.list ?? []
    #expect(!findings.contains { $0["Code"]?.string == "measures-differ" })
    #expect(try Program.run(["verify", made.out]).status == 0)
  }

  /// Another order of the two says nothing; another measure of one redoes pairs, no fit.
  @Test func whatIsStale() throws {
    let made = try Self.made.get()
    let folder = try TemporaryFolder()
    func stale(_ measure: String) throws -> [String] {
      let path = try folder.write("fdopa-dasb.yaml", Self.pipeline(measure, maps: "maps: {}"))
      let plan = try Program.run(["plan", made.study, made.out, "--pipeline", path])
      return plan.output.split(separator: "\n").filter { $0.contains("\tstale\t") }.map(String.init)
    }
    #expect(try stale("{serotonin: BPND, dopamine: Kiref}").isEmpty)
    let other = try stale("{dopamine: V0, serotonin: BPND}")
    #expect(other.count == 1 && other[0].contains("\tpair\t") && other[0].contains("balance.measure"), "\(other)")
  }

  @Test(arguments: [
    ("{dopamine: Kiref}", "balance.measure.serotonin: the key is missing"),
    ("{dopamine: BPND, serotonin: BPND}", "PatlakRef of dopamine has no 'BPND'"),
    ("[Kiref, BPND]", "a list is no measure"), ("Kiref", "MRTM2 of serotonin has no 'Kiref'"),
    ("{dopamine: Kiref, gaba: BPND}", "gaba: unknown key"),
  ])
  func slips(measure: String, words: String) throws {
    let made = try Self.made.get()
    let folder = try TemporaryFolder()
    let path = try folder.write("p.yaml", Self.pipeline(measure))
    let run = try Program.run(["run", made.study, folder.file("out"), "--pipeline", path, "--quiet"])
    #expect(run.status == 65 && run.errors.contains(words), "\(run.errors)")
  }
}
