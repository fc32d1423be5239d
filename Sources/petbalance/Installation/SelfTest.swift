import Foundation
import PETCore
import PETPipeline
import PETResults
import PETSimulation

/// A study of one person with known truth, made and worked out: whether this installation does what it should.
struct SelfTest {
  /// Ratios that were compared.
  let count: Int
  /// The largest deviation of a ratio from the truth, relative.
  let worst: Double
  let seconds: Double

  /// The curves have no noise: what is left is that frames of minutes are no instants, 0.11 % in the worst region.
  static let tolerance = 0.005

  private static let pipeline = """
    name: self-test
    read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
    motion: {mode: none}
    align: {mode: none}
    models:
      dopamine: {model: SRTM, reference: cerebellum}
      serotonin: {model: MRTM2, reference: cerebellum}
    report: {html: false}
    """

  /// - Throws: whatever keeps the study from being worked out, such as a disk without room.
  init() throws {
    let start = ContinuousClock.now
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("petbalance-doctor-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (study, output) = ("\(folder)/study", "\(folder)/out")
    try AtomicFile.makeFolder(study)
    var plan = StudyPlan()
    (plan.size, plan.participants, plan.noise) = (.tiny, 1, 0)
    try StudySimulation(plan).write(to: study)
    let definition = try PipelineLoader.parse(Self.pipeline, file: "self-test.yaml")
    let summary = try BatchRun(dataset: study, output: output, definition: definition, options: BatchRun.Options())
      .run(.all) { _ in }
    if let failure = summary.failures.first {
      throw PETError(.internalFault, field: "self-test", failure.line, remedy: "please report it")
    }
    let truth = try Self.ratios("\(study)/derivatives/truth/balance.tsv")
    let found = try Self.ratios("\(output)/\(ResultFile.balances.name)")
    let deviations = found.compactMap { region, ratio in truth[region].map { abs(ratio / $0 - 1) } }
    (count, worst) = (deviations.count, deviations.max() ?? .nan)
    seconds = (ContinuousClock.now - start) / .seconds(1)
  }

  var isRight: Bool { count > 10 && worst < Self.tolerance }

  /// Ratios of regions that have one and are `ok`.
  private static func ratios(_ path: String) throws(PETError) -> [String: Double] {
    let table = try TSVTable(path: path)
    let (region, ratio, status) = (
      try table.required("region"), try table.required("ratio"), table.column("status")
    )
    var result: [String: Double] = [:]
    for (line, row) in table.rows.enumerated() where status.map({ row[$0] == "ok" }) ?? true {
      result[row[region]] = try table.number(line, ratio)
    }
    return result
  }
}
