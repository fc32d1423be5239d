import Foundation
import PETCore
import PETTestSupport
import Testing

/// Ratios after correction for partial volume against the truth of simulated scans: their errors, and the sets that are told.
struct CorrectedAccuracyTests {
  private static func pipeline(fwhm: String = "6", align: String = "check") -> String {
    BalanceRun.pipeline(fwhm: fwhm, "align: {mode: \(align)}\ncurves: {partial-volume: gtm}")
  }

  private static func rows(_ path: String) throws -> [String: [String: Double]] {
    let table = try TSVTable(path: path)
    let region = try table.required("region")
    return Dictionary(
      table.rows.map { row in
        (row[region], Dictionary(uniqueKeysWithValues: zip(table.columns, row.map { Double($0) ?? .nan })))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// What a scan is made with, what the pipeline is told, and what may be left in %: medians of ratio and BPND, and the largest
  /// error of the ratio in nuclei and in the cortex, a ribbon of 3 mm.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let simulate: [String]
    var fwhm = "6"
    var align = "check"
    let limits: (ratio: Double, binding: Double, worst: Double, cortex: Double)
    /// Of the uncorrected error of the ratio, what may be left.
    var share = 0.4
  }

  /// Limits: those that were set beforehand for 90 regions on the labels of a real brain, less where this head does better.
  ///
  /// A tail, and a FWHM that is a millimetre wrong, are errors of what is told. Where it is variation inside regions or a displacement
  /// that is left, uncorrected curves have it too: some 0.5 of 1.2 % and 1.2 of 2.2 %. Labels 1 mm off take 8.8 % from the activity of
  /// the left cortex and give 0.3 % to the right one, by a sum over voxels apart from this program: at a BPND of 0.2 a ratio 26 % off.
  static let cases = [
    Case(testDescription: "as it is", simulate: [], limits: (0.5, 1, 1, 4)),
    Case(
      testDescription: "10 % inside regions", simulate: ["--variation", "0.1", "--seed", "1"], limits: (1, 1, 5, 6)),
    Case(testDescription: "10 %, seed 2", simulate: ["--variation", "0.1", "--seed", "2"], limits: (1, 1, 5, 6)),
    Case(
      testDescription: "10 %, seed 3", simulate: ["--variation", "0.1", "--seed", "3"], limits: (1, 1, 5, 6), share: 0.6
    ),
    Case(testDescription: "a millimetre too narrow", simulate: [], fwhm: "5", limits: (4, 7, 15, 60)),
    Case(testDescription: "a millimetre too wide", simulate: [], fwhm: "7", limits: (4, 8, 15, 25)),
    Case(testDescription: "its own estimate", simulate: [], fwhm: "auto", limits: (1, 1, 3, 5)),
    Case(testDescription: "a tail", simulate: ["--tail", "0.15"], limits: (6, 8, 18, 25)),
    Case(testDescription: "1 mm off", simulate: ["--displace", "1"], limits: (2.5, 5, 5, 30), share: 0.55),
    Case(testDescription: "5 mm off, moved", simulate: ["--displace", "5"], align: "move", limits: (0.5, 1, 1, 4)),
  ]

  @Test(.enabled(if: TestDepth.isFull, "long: run Scripts/test --full"), arguments: cases) func errors(_ own: Case)
    throws
  {
    let folder = try TemporaryFolder()
    let (study, out) = (folder.file("study"), folder.file("out"))
    let simulated = try Program.run(
      [
        "simulate", study, "--size", "standard", "--participants", "1", "--noise", "0", "--fwhm", "6", "--label-size",
        "1",
        "--head",
      ] + own.simulate)
    #expect(simulated.status == 0, "\(simulated.errors)")
    let pipeline = try folder.write("p.yaml", Self.pipeline(fwhm: own.fwhm, align: own.align))
    let run = try Program.run(["run", study, out, "--pipeline", pipeline, "--quiet"])
    #expect(run.status == 0, "\(run)")
    let truth = try Self.rows(study + "/derivatives/truth/balance.tsv")
    let found = try Self.rows("\(out)/\(BalanceRun.balance)")
    var (ratios, uncorrected, bindings): ([Double], [Double], [Double]) = ([], [], [])
    var (worst, cortex) = (0.0, 0.0)
    for (region, values) in truth where region != "White-Matter" {
      let row = try #require(found[region])
      func error(_ name: String, _ other: String) -> Double {
        100 * abs((row[name] ?? .nan) / (values[other] ?? .nan) - 1)
      }
      let ratio = error("ratio", "ratio")
      ratios.append(ratio)
      if region.hasSuffix("Cortex") { cortex = max(cortex, ratio) } else { worst = max(worst, ratio) }
      uncorrected.append(error("ratio-uncorrected", "ratio"))
      bindings += [error("dopamine", "dopamine"), error("serotonin", "serotonin")]
    }
    // Uncorrected, the thin cortex has no ratio; corrected, every region has one.
    let told = uncorrected.filter(\.isFinite)
    let (ratio, before, binding) = (Order.median(ratios), Order.median(told), Order.median(bindings))
    let words = "ratio \(ratio) of \(before), worst \(worst), cortex \(cortex), BPND \(binding)"
    #expect(ratios.count == 16 && ratios.allSatisfy(\.isFinite) && told.count >= 14, "\(words)")
    #expect(ratio < own.limits.ratio && binding < own.limits.binding, "\(words)")
    #expect(worst < own.limits.worst && cortex < own.limits.cortex && ratio < own.share * before, "\(words)")
  }

  /// Sets and errors of persons of one truth and their own noise: of a hundred in full, of ten in short.
  ///
  /// Of a hundred: 92.5 to 97.5 % of the 95 % sets hold the ratio, of left-right contrasts and of centred log ratios; SD over
  /// persons to the mean standard error 0.75 to 1.25 in the median, 0.7 to 1.35 anywhere. Of ten what that leaves to chance.
  @Test func setsHoldTheTruth() throws {
    let persons = TestDepth.isFull ? 100 : 10
    let folder = try TemporaryFolder()
    let (study, out) = (folder.file("study"), folder.file("out"))
    let simulated = try Program.run([
      "simulate", study, "--participants", "\(persons)", "--between", "0", "--noise", "0.1", "--fwhm", "6",
      "--label-size", "2.3", "--head", "--seed", "5",
    ])
    #expect(simulated.status == 0, "\(simulated.errors)")
    let pipeline = try folder.write("p.yaml", Self.pipeline() + "\nreport: {html: false}\n")
    let run = try Program.run(["run", study, out, "--pipeline", pipeline, "--quiet"])
    #expect(run.status == 0, "\(run)")
    let truth = try Self.rows(study + "/derivatives/truth/balance.tsv")
    var (ratio, lateral, centred): ([Bool], [Bool], [Bool]) = ([], [], [])
    var values: [String: [(value: Double, error: Double)]] = [:]
    let folders = try FileManager.default.contentsOfDirectory(atPath: out).filter { $0.hasPrefix("sub-") }.sorted()
    #expect(folders.count == persons)
    for person in folders {
      let path = "\(out)/\(person)/\(person)_desc-raclopridedasb_balance"
      let rows = try Self.rows(path + ".tsv")
      let about = try JSONValue.readObject(path: path + ".json")
      let centre = about["CentredOver"]?.list?.compactMap(\.string) ?? []
      func own(_ region: String) -> Double { log(truth[region]?["ratio"] ?? .nan) }
      let mean = centre.reduce(0) { $0 + own($1) } / Double(centre.count)
      for region in truth.keys.sorted() where region != "White-Matter" {
        let row = try #require(rows[region])
        func value(_ name: String) -> Double { row[name] ?? .nan }
        ratio.append((value("ratio-low")...value("ratio-high")).contains(exp(own(region))))
        if region.hasPrefix("Left-") {
          let contrast = own(region.replacing("Left-", with: "Right-")) - own(region)
          lateral.append((value("lateral-contrast-low")...value("lateral-contrast-high")).contains(contrast))
        }
        let off = value("centred-log-ratio") - (own(region) - mean)
        centred.append(abs(off) <= 1.96 * value("centred-log-ratio-se"))
        for system in ["dopamine", "serotonin"] {
          values["\(region) \(system)", default: []].append((value(system), value(system + "-se")))
        }
      }
    }
    let limits = TestDepth.isFull ? 0.925...0.975 : 0.87...1
    for (name, all) in [("ratio", ratio), ("left-right", lateral), ("centred", centred)] {
      let share = Double(all.count { $0 }) / Double(all.count)
      #expect(limits.contains(share), "\(name) \(share) of \(all.count)")
    }
    let spreads = values.mapValues { own in
      Moments(own.map(\.value)).sd / Moments(own.map(\.error)).mean
    }
    let median = Order.quantile(spreads.values.sorted(), 0.5)
    #expect((0.75...1.25).contains(median), "\(median)")
    let any = TestDepth.isFull ? 0.7...1.35 : 0.3...2
    #expect(spreads.values.allSatisfy(any.contains), "\(spreads)")
  }
}
