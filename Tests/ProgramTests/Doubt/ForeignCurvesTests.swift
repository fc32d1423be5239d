import Foundation
import PETCore
import PETTestSupport
import Testing

/// Curve tables of other programs are fitted; what is no region becomes none.
struct ForeignCurvesTests {
  /// The same curves in the tables of PMOD and Turku have the same fit: 1e-9 for times in minutes of so many digits.
  @Test func anotherProgramsTableIsFitted() throws {
    let folder = try TemporaryFolder()
    var rows: [(start: Double, end: Double, values: [Double])] = []
    for frame in 0..<24 {
      let (start, end) = (Double(150 * frame), Double(150 * frame + 150))
      let time = (start + end) / 120
      rows.append((start, end, [20 * exp(-time / 20) * (1 - exp(-time)), 35 * exp(-time / 45) * (1 - exp(-time / 2))]))
    }
    func text(_ header: String, _ line: ((start: Double, end: Double, values: [Double])) -> [Double]) -> String {
      header + "\n" + rows.map { line($0).map { "\($0)" }.joined(separator: "\t") + "\n" }.joined()
    }
    let own = try folder.write("own.tsv", text("frame_start\tframe_end\tA\tB") { [$0.start, $0.end] + $0.values })
    let pmod = try folder.write(
      "a.tac",
      text("start[minutes]\tend[Bq/cc]\tA\tB\t") { [$0.start / 60, $0.end / 60] + $0.values.map { 1000 * $0 } })
    let dft = try folder.write(
      "a.dft",
      text("DFT1\tA\tB\nx\t.\t.\nkBq/ml\t.\t.\nTimes (min)\t.\t.") { [$0.start / 60, $0.end / 60] + $0.values })
    func bpnd(_ path: String) throws -> Double {
      let run = try Program.run(["fit", path, "--model", "SRTM", "--reference", "A", "--isotope", "C11"])
      #expect(run.status == 0, "\(run.errors)")
      let table = try TSVTable(text: run.output, file: path)
      let row = try #require(table.rows.firstIndex { $0[0] == "B" })
      return try table.number(row, try table.required("BPND"))
    }
    let reference = try bpnd(own)
    for path in [pmod, dft] { #expect(abs(try bpnd(path) / reference - 1) < 1e-9) }
  }

  @Test func uncertaintiesAreNoRegions() throws {
    let folder = try TemporaryFolder()
    var text = "frame_start\tframe_end\tA\tA_unc\tB\tB_unc\n"
    for frame in 0..<12 { text += "\(60 * frame)\t\(60 * frame + 60)\t\(frame + 1)\t0.1\t\(2 * frame + 1)\t0.2\n" }
    let run = try Program.run(["fit", try folder.write("t.tsv", text), "--model", "SRTM", "--reference", "A"])
    #expect(run.status == 0 && run.errors.contains("2 columns are uncertainties"), "\(run.errors)")
    #expect(try TSVTable(text: run.output, file: "fit").rows.map { $0[0] } == ["A", "B"])
  }
}
