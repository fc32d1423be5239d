import Foundation
import PETCore
import PETTestSupport
import Testing

/// Curve tables of other programs are named; what is no region becomes none.
struct ForeignCurvesTests {
  @Test(arguments: [
    ("start[seconds]\tend[kBq/cc]\tA\n0\t10\t1\n", "PMOD"),
    ("start[minutes]\tend[kBq/mL]\tA\n# studynr = x\n0\t1\t1\n", "Turku"),
    ("DFT1\tA\tA\nx1\t.\t.\nkBq/ml\t.\t.\nTimes (min)\t.\t.\n0\t1\t2\t3\n", "Turku"),
    ("frame_start(min)\tframe_end(min)\tA\tA_unc\n0\t1\t1\t0.1\n", "PETPAL"),
    ("Times\tA\tWeights\n0.5\t1\t1\n", "mid times"),
    ("frame_start,frame_end,A\n0,10,1\n", "commas"),
  ])
  func anotherProgramsTableIsNamed(text: String, words: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(["fit", try folder.write("t.tsv", text), "--model", "SRTM", "--reference", "A"])
    #expect(run.status == 65 && run.errors.contains(words), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1)
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
