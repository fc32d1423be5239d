import PETCore
import PETTestSupport
import Testing

/// Runs of a pipeline in the folder of a simulated study of one person, to the rows of the balance.
struct BalanceRun {
  static let balance = "sub-01/sub-01_desc-raclopridedasb_balance.tsv"

  let folder: TemporaryFolder

  /// Region, ratio, status and note, by region.
  func rows(_ study: String, _ pipeline: String, _ name: String) throws -> [String: [String]] {
    let file = try folder.write("\(name).yaml", pipeline)
    let run = try Program.run(["run", folder.file(study), folder.file(name), "--pipeline", file, "--quiet"])
    #expect(run.status == 0, "\(run)")
    let table = try TSVTable(path: folder.file("\(name)/\(Self.balance)"))
    let names = try ["region", "ratio", "status", "note"].map(table.required)
    return Dictionary(uniqueKeysWithValues: table.rows.map { row in (row[names[0]], names.map { row[$0] }) })
  }

  /// Raclopride and DASB of scans of 6 mm, or as it is said.
  static func pipeline(fwhm: String = "6", _ more: String) -> String {
    """
    name: raclopride-dasb
    read: {dopamine: {tracer: raclopride, fwhm: \(fwhm)}, serotonin: {tracer: dasb, fwhm: \(fwhm)}}
    \(more)
    models:
      dopamine: {model: SRTM, reference: cerebellum}
      serotonin: {model: MRTM2, reference: cerebellum}
    """
  }
}
