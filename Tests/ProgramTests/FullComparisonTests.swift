import Foundation
import PETCore
import PETSimulation
import PETTestSupport
import Testing

/// Long comparisons: `Scripts/test --full`.
@Suite(
  .enabled(if: TestDepth.isFull, "long: run Scripts/test --full"))
struct FullComparisonTests {
  /// The 95 % sets of the ratio, unbounded ones included, hold the truth in 92 to 97 % of regions over ten seeds.
  ///
  /// Regions of a scan share the noise of the reference and of k2', so 510 regions count for fewer; the range allows it.
  @Test func coverageOverTenSeeds() throws {
    var covered = 0
    var all = 0
    for seed in 1...10 {
      let folder = try TemporaryFolder()
      var plan = StudyPlan()
      plan.participants = 3
      plan.between = 0.2
      plan.seed = UInt64(seed)
      let study = folder.file("study")
      try StudySimulation(plan).write(to: study)
      let (out, outcome) = try SampleStudyTests.run(study, into: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      for person in ["sub-01", "sub-02", "sub-03"] {
        let counts = try SampleStudyTests.coverage(study, out, person)
        covered += counts.covered
        all += counts.all
      }
    }
    let share = Double(covered) / Double(all)
    print("coverage of the ratio's 95 % sets: \(covered) of \(all)")
    #expect(all == 510 && (0.92...0.97).contains(share), "\(share)")
  }

  static var hasScipy: Bool {
    (try? Program.run(URL(fileURLWithPath: "/usr/bin/env"), ["python3", "-c", "import scipy"]).status) == 0
  }

  /// BPND of every region of a real study against scipy, uniform weights: 1e-6 relative to max(|BPND|, 0.01).
  ///
  /// Regions at a bound, or whose unbounded minimum lies outside the bounds, have no counterpart there. In a few
  /// regions the minimum is so flat that the two differ by rounding of the residuals: at most 0.5 % are allowed that.
  @Test(
    .enabled(
      if: SharedMaterial.has("validation/ds004869/derivatives") && FullComparisonTests.hasScipy,
      "needs ds004869 and scipy"))
  func realStudyAgainstScipy() throws {
    let script = Program.package.appendingPathComponent("Tests/ProgramTests/Independent/srtm.py").path
    let reference = ["Left-Cerebellum-Cortex", "Right-Cerebellum-Cortex"]
    var compared = 0
    var apart: [String] = []
    for path in RealStudyTests.tables {
      let ours = try Program.run([
        "fit", path, "--model", "SRTM", "--reference", reference.joined(separator: "+"), "--weights", "uniform",
      ])
      let table = try TSVTable(text: ours.output, file: path)
      let volumes = try reference.map { name in
        try #require(table.rows.first { $0[0] == name })[try table.required("volume-mm3")]
      }
      let theirs = try Program.run(
        URL(fileURLWithPath: "/usr/bin/env"),
        ["python3", script, path, reference.joined(separator: "+"), volumes.joined(separator: ",")])
      #expect(theirs.status == 0, "\(theirs.errors)")
      let expected = Dictionary(
        uniqueKeysWithValues: try TSVTable(text: theirs.output, file: "scipy").rows.map { ($0[0], $0) })
      for row in table.rows where row[try table.required("status")] == "converged" {
        guard let other = expected[row[0]], other[3] == "1", let theirs = Double(other[1]) else { continue }
        let value = try #require(Double(row[try table.required("BPND")]))
        compared += 1
        if abs(value - theirs) > 1e-6 * max(abs(theirs), 0.01) { apart.append("\(path) \(row[0]) \(value) \(theirs)") }
      }
    }
    print("SRTM against scipy: \(compared) regions, \(apart.count) apart by more than 1e-6")
    #expect(compared > 2000 && Double(apart.count) <= 0.005 * Double(compared), "\(apart.joined(separator: "\n"))")
  }
}
