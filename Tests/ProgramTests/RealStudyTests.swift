import Foundation
import PETCore
import PETStudy
import PETTestSupport
import Testing

/// A real study: PETPrep curves of 28 scans as published.
@Suite(.enabled(if: SharedMaterial.has("validation/ds004869/derivatives"), "ds004869 is not beside this checkout"))
struct RealStudyTests {
  static var tables: [String] {
    let root = SharedMaterial.path("validation/ds004869/derivatives/petprep")
    let all = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return all.filter { $0.hasSuffix("_tacs.tsv") }.sorted().map { root + "/" + $0 }
  }

  /// SRTM on every region against the cerebellum, by its word: every region a row, most converged or at a bound.
  ///
  /// 2852 of 3036 are (93.9 %): of the others the data do not tell BPND, most of them small regions beside its noise. The
  /// bound leaves 13 fits for another rounding.
  @Test func everyScanIsFitted() throws {
    #expect(Self.tables.count == 28)
    var good = 0
    var all = 0
    for path in Self.tables {
      let run = try Program.run([
        "fit", path, "--model", "SRTM", "--reference", "cerebellum",
      ])
      #expect(run.status == 0, "\(run.errors)")
      let table = try TSVTable(text: run.output, file: path)
      let regions = try TSVTable(path: path).columns.count - 2
      #expect(table.rows.count == regions)
      let status = try table.required("status")
      good += table.rows.count { ["converged", "atBound"].contains($0[status]) }
      all += table.rows.count
    }
    #expect(Double(good) >= 0.935 * Double(all), "\(good) of \(all)")
  }

  /// The pipeline that is proposed for it with a card of its tracer: one system, the derivative's curves, the word.
  @Test func proposedPipelineReadsIt() throws {
    let folder = try TemporaryFolder()
    let card = try folder.write(
      "mc1.yaml",
      """
      - id: mc1
        name: "[11C]MC1"
        target: "COX-2"
        system: inflammation
        isotope: C11
        reference: [cerebellum]
        models: [SRTM]
        sources: [own]

      """)
    let study = SharedMaterial.path("validation/ds004869")
    let pipeline = folder.file("mine.yaml")
    let proposal = try Program.run(["init", study, "--tracers", card, "--out", pipeline])
    #expect(proposal.status == 0 && proposal.errors.isEmpty, "\(proposal.errors)")
    let check = try Program.run(["plan", study, "--pipeline", pipeline])
    #expect(check.status == 0 && check.output.split(separator: "\n").count == 29, "\(check.errors)")
    let out = folder.file("out")
    let run = try Program.run(["run", study, out, "--pipeline", pipeline, "--participant-label", "01", "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    let json = try JSONValue.readObject(
      path: out + "/sub-01/ses-baseline/pet/sub-01_ses-baseline_model-SRTM_kinpar.json")
    #expect(
      json["ReferenceLabels"]?.list?.compactMap(\.string) == ["Cerebellum-Cortex"])
  }
}
