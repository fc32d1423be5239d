import PETBinding
import PETCore
import PETPages
import PETResults
import PETStudy
import PETTracers

/// Reads what the files beside everybody's curves and estimates say of each scan's quality.
struct QualityReader {
  let output: String
  let definition: PipelineDefinition

  private typealias Value = (
    name: String, unit: String, of: @Sendable (_ curves: PETSidecar, _ fits: PETSidecar) -> Double?
  )

  /// What is read of each scan, in the order in which it is shown.
  private static let quantities: [Value] = [
    ("injected activity", "MBq", { curves, _ in stated("InjectedRadioactivity", "MBq", curves) }),
    ("injected mass", "ug", { curves, _ in stated("InjectedMass", "ug", curves) }),
    ("head motion", "mm", { curves, _ in curves[MotionText.member]?["Displacement"]?.double }),
    ("labels off by", "mm", { curves, _ in curves[AlignmentText.member]?["Displacement"]?.double }),
    ("point spread", "mm", { curves, _ in curves[AlignmentText.member]?["EstimatedFWHM"]?["Value"]?.double }),
    ("k2'", "1/min", { _, fits in fits["k2prime"]?["Value"]?.double }),
  ]

  /// - Parameter records: of scans; those that failed are passed over.
  func read(_ records: [RunRecord]) throws(PETError) -> StudyQuality {
    var values: [String: [(visit: StudyTable.Visit, values: [Double?])]] = [:]
    for record in records where record.kind == .scan && record.isDone {
      let results = Results(record, in: output)
      guard let curves = results.path(.curves, where: { $0["pvc"] == nil }), let fits = results.path(.parameters)
      else { continue }
      // What was touched or lost is told where its own page is made.
      let about = try readable { () throws(PETError) in try PETSidecar(path: TSVTable.sidecarPath(of: curves)) }
      let estimates = try readable { () throws(PETError) in try PETSidecar(path: TSVTable.sidecarPath(of: fits)) }
      guard let about, let estimates else { continue }
      values[record.tracer ?? "", default: []].append(
        (
          StudyTable.Visit(participant: record.participant, session: record.visit),
          Self.quantities.map { $0.of(about, estimates) }
        ))
    }
    var seen: Set<String> = []
    return StudyQuality(
      definition.roles.filter { seen.insert($0.tracer.id).inserted }.flatMap { role in
        Self.quantities.enumerated().compactMap { place, quantity -> StudyQuality.Quantity? in
          let own = (values[role.tracer.id] ?? []).compactMap { scan in
            scan.values[place].flatMap { $0.isFinite ? (visit: scan.visit, value: $0) : nil }
          }
          guard !own.isEmpty else { return nil }
          return StudyQuality.Quantity(
            name: quantity.name, unit: quantity.unit, tracer: role.tracer.name, values: own)
        }
      })
  }

  /// A quantity that a sidecar states in one unit; of another it is left to the person's page.
  private static func stated(_ name: String, _ unit: String, _ sidecar: PETSidecar) -> Double? {
    sidecar.text(name + "Units") == unit ? sidecar[name]?.double : nil
  }
}
