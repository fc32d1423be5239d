import Foundation
import PETCore
import PETTestSupport
import Testing

/// Curves to the tables of other programs and back, and several tables in one fit.
struct ConvertCommandTests {
  private static let own =
    "frame_start\tframe_end\tA\tLeft-B\n"
    + (0..<24).map { frame in
      let time = 2.5 * Double(frame) + 1.25
      let values = [20 * exp(-time / 20) * (1 - exp(-time)), 35 * exp(-time / 45) * (1 - exp(-time / 2))]
      return "\(150 * frame)\t\(150 * frame + 150)\t\(values[0])\t\(frame == 3 ? "n/a" : "\(values[1])")\n"
    }.joined()

  /// Every digit of the activity comes back; times in minutes to their last.
  @Test(arguments: [("pmod", "a.tac"), ("turku", "a.dft")])
  func thereAndBack(form: String, name: String) throws {
    let folder = try TemporaryFolder()
    let table = try folder.write("own.tsv", Self.own)
    for (from, to, out) in [(table, form, folder.file(name)), (folder.file(name), "tsv", folder.file("back.tsv"))] {
      let run = try Program.run(["convert", from, "--to", to, "--isotope", "C11", "--out", out])
      #expect(run.status == 0, "\(run.errors)")
    }
    let (a, b) = (try TSVTable(path: table), try TSVTable(path: folder.file("back.tsv")))
    #expect(a.columns == b.columns && a.rows.map { $0[2...] } == b.rows.map { $0[2...] })
    for row in a.rows.indices {
      for column in 0..<2 { #expect(try abs(a.number(row, column) - b.number(row, column)) < 1e-9) }
    }
    let text = try String(contentsOfFile: folder.file(name), encoding: .utf8)
    #expect(
      form == "pmod"
        ? text.hasPrefix("start[seconds]\tend[kBq/cc]\tA\tLeft-B\t\n") : text.hasPrefix("DFT1\tA\tLeft-B\n"))
  }

  /// A name with a blank is two in a table that is separated by blanks; nothing is written.
  @Test func namesThatCannotBe() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write("own.tsv", Self.own.replacing("Left-B", with: "Left B"))
    let out = folder.file("a.dft")
    let run = try Program.run(["convert", table, "--to", "turku", "--out", out])
    #expect(run.status == 65 && run.errors.contains("'Left B'"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: out))
    #expect(try Program.run(["convert", table, "--to", "pmod", "--out", table]).status != 0)
  }

  /// Each table has its fit; one that is none is told, and the others go on.
  @Test func severalTablesInOneFit() throws {
    let folder = try TemporaryFolder()
    let tables = [
      try folder.write("x_tacs.tsv", Self.own), try folder.write("y.tsv", Self.own),
      try folder.write("z.tsv", "none\n"),
    ]
    let asked = ["--model", "SRTM", "--reference", "A", "--isotope", "C11"]
    let out = folder.file("fits")
    let run = try Program.run(["fit"] + tables + asked + ["--out", out])
    #expect(run.status == 1 && run.errors.contains("z.tsv"), "\(run.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: out).sorted().filter { $0.hasSuffix(".tsv") }
    #expect(files == ["x_model-SRTM_kinpar.tsv", "y_model-SRTM_kinpar.tsv"])
    let one = try Program.run(["fit", tables[0]] + asked)
    #expect(one.output == (try String(contentsOfFile: out + "/" + files[0], encoding: .utf8)))
    #expect(try Program.run(["fit"] + tables + asked).status == 64)
    let twins = [tables[1], try folder.write("other/y.tsv", Self.own)]
    #expect(try Program.run(["fit"] + twins + asked + ["--out", folder.file("twins")]).status == 64)
  }
}
