import PETBinding
import PETCore
import PETKinetics
import PETPages
import PETResults
import PETStudy
import PETTracers

/// Reads what everybody's estimates, and the files beside them and the curves, say of each scan's quality.
struct QualityReader {
  let output: String
  let definition: PipelineDefinition

  /// What is on disk of a scan: the JSON beside its curves and its estimates, and the estimates.
  private typealias Scan = (curves: PETSidecar, fits: PETSidecar, estimates: KinparFile, outcome: String)
  /// - least: difference from the others that is worth a look: half a millimetre, which costs a small nucleus some percent, and of
  ///   the others about a tenth of what is usual. It decides what is told, and nothing else.
  private typealias Value = (name: String, unit: String, least: Double, of: @Sendable (Scan) -> Double?)

  /// What is read of each scan, in the order in which it is shown.
  private static let quantities: [Value] = [
    ("injected activity", "MBq", 50, { stated("InjectedRadioactivity", "MBq", $0.curves) }),
    ("injected mass", "ug", 0.5, { stated("InjectedMass", "ug", $0.curves) }),
    ("head motion", "mm", 0.5, { $0.curves[MotionText.member]?["Displacement"]?.double }),
    ("labels off by", "mm", 0.5, { $0.curves[AlignmentText.member]?["Displacement"]?.double }),
    ("point spread", "mm", 0.5, { $0.curves[AlignmentText.member]?["EstimatedFWHM"]?["Value"]?.double }),
    ("least own share", "", 0.05, { scan in targets(scan).map(\.ownShare).filter(\.isFinite).min() }),
    ("k2'", "1/min", 0.005, { $0.fits["k2prime"]?["Value"]?.double }),
    ("median R1", "", 0.1, { scan in median(of: "R1", scan) { $0.value } }),
    (
      "median error of the estimate", "%", 2,
      { scan in median(of: scan.outcome, scan) { 100 * $0.error / abs($0.value) } }
    ),
  ]

  /// - Parameter records: of scans; those that failed are passed over.
  func read(_ records: [RunRecord], jobs: Int) throws(PETError) -> StudyQuality {
    let scans = records.filter { $0.kind == .scan && $0.isDone }
    let found = Parallel.map(scans.count, jobs: jobs) { index in
      Result { () throws(PETError) in try told(by: scans[index]) }
    }
    var values: [String: [(visit: StudyTable.Visit, values: [Double?])]] = [:]
    for (record, found) in zip(scans, found) {
      guard let own = try found.get() else { continue }
      values[record.tracer ?? "", default: []].append(
        (StudyTable.Visit(participant: record.participant, session: record.visit), own))
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
            name: quantity.name, unit: quantity.unit, tracer: role.tracer.name, values: own, least: quantity.least)
        }
      })
  }

  /// One a quantity; nil of a scan whose results are not what they were: that is told where its own page is made.
  private func told(by record: RunRecord) throws(PETError) -> [Double?]? {
    let results = Results(record, in: output)
    guard let curves = results.path(.curves, where: { $0["pvc"] == nil }), let fits = results.path(.parameters)
    else { return nil }
    let about = try readable { () throws(PETError) in try PETSidecar(path: TSVTable.sidecarPath(of: curves)) }
    let estimates = try readable { () throws(PETError) in try PETSidecar(path: TSVTable.sidecarPath(of: fits)) }
    let role = definition.roles.first { $0.tracer.id == record.tracer }
    let outcome = try role.map { (role) throws(PETError) in try ModelCatalogue.named(role.model).card.outcome }
    let symbols = ["R1", outcome].compactMap { $0 }
    let table = try readable { () throws(PETError) in try KinparFile(path: fits, symbols: symbols) }
    guard let about, let estimates, let table else { return nil }
    let scan: Scan = (about, estimates, table, outcome ?? "")
    return Self.quantities.map { $0.of(scan) }
  }

  /// Rows that count, of regions that are no reference.
  private static func targets(_ scan: Scan) -> [KinparFile.Row] {
    scan.estimates.rows.filter { $0.status == FitStatus.converged.rawValue && StudyFamily.isTarget($0.region) }
  }

  /// Over targets; nil where the table does not have the parameter.
  private static func median(of symbol: String, _ scan: Scan, _ value: (KinparFile.Parameter) -> Double) -> Double? {
    guard let place = scan.estimates.place(of: symbol) else { return nil }
    let values = targets(scan).map { value($0.parameters[place]) }.filter(\.isFinite)
    return values.isEmpty ? nil : Order.median(values)
  }

  /// A quantity that a sidecar states in one unit; of another it is left to the person's page.
  private static func stated(_ name: String, _ unit: String, _ sidecar: PETSidecar) -> Double? {
    sidecar.text(name + "Units") == unit ? sidecar[name]?.double : nil
  }
}
