import PETBinding
import PETCore
import PETKinetics
import PETResults
import PETStudy
import PETTracers

/// What a balance takes of a scan, read from the scan's results.
struct ScanBinding: Sendable {
  let table: BindingTable
  let card: ModelCard
  /// Nil for models without one, and when it is not known.
  let reference: String?
  let scanner: String?
  let session: String?
  /// What the scan's sidecar says of the injection.
  let injection: [(name: String, value: JSONValue)]
  /// Codes of what was wrong with the scan but did not stop it.
  let warnings: [String]
  /// The same in full, one line each.
  let remarks: [String]
  /// The map of the pipeline's measure; nil when there is none.
  let map: BindingMapFile?
  /// Where the scan's labels were found to lie, where they were moved there; nil otherwise.
  var transform: String?
  /// Where the scan's labels were taken; nil where that is not told.
  var placement: AlignmentText.Placement?
  /// Files that its curves were made from.
  var images: Set<String> = []
  /// FWHM in mm that the scan tells itself; nil where it does not.
  var resolution: Estimate?
  /// Fits with one thing otherwise; nil where none were made.
  var refits: Refits?
}

extension ScanBinding {
  /// Of fits that were not written.
  init(_ fits: RegionalFits, of scan: ReadScan, _ table: BindingTable) {
    var seen: Set<String> = []
    let codes = fits.findings.filter { $0.level == .warning }.map(\.code.word)
    self.init(
      table: table, card: fits.card, reference: fits.reference.isEmpty ? nil : fits.reference, scanner: scan.scanner,
      session: scan.entry.session, injection: [],
      warnings: codes.filter { $0 != Finding.Code.tracerMisuse.word && seen.insert($0).inserted }, remarks: [], map: nil
    )
  }
}

/// Stage 7, binding: the measure that counts, region by region.
enum BindingStage {
  /// - Parameter measure: that the balance takes of the scan.
  static func run(_ scan: RunRecord, measure: String, level: Double, output: String) throws(PETError) -> ScanBinding {
    let results = Results(scan, in: output)
    let table = try results.required(.parameters)
    let sidecar = try PETSidecar(path: TSVTable.sidecarPath(of: table))
    let findings = sidecar[Sidecar.findings]?.list ?? []
    var seen: Set<String> = []
    let told = findings.filter { $0["Level"]?.string == Finding.Level.warning.rawValue }
    let remarks = told.map { finding in
      let place = ["File", "Field"].compactMap { finding[$0]?.string }.filter { !$0.isEmpty && $0 != "n/a" }
      return (place + [[finding["Problem"], finding["Remedy"]].compactMap { $0?.string }.joined(separator: "; ")])
        .joined(separator: ": ")
    }
    let warnings =
      told
      .compactMap { $0["Code"]?.string }
      // What is said of some regions stands in their own rows.
      .filter { $0 != Finding.Code.tracerMisuse.word && seen.insert($0).inserted }
    let map = results.path(.map, ".nii.gz") { name in
      name["meas"] == measure && !(name["desc"]?.hasSuffix("se") ?? false)
    }
    let curves = Self.curves(results)
    return ScanBinding(
      table: try BindingReader.read(table, measure: measure, level: level),
      card: try ModelCatalogue.named(sidecar.text(Sidecar.modelName) ?? "").card,
      reference: sidecar.text(Sidecar.referenceRegion), scanner: sidecar.text(Sidecar.scanner), session: scan.session,
      injection: [
        "Scanner", "InjectedRadioactivity", "InjectedRadioactivityUnits", "InjectedMass", "InjectedMassUnits",
        "TimeZero",
      ]
      .compactMap { name in sidecar[name].map { (name: name, value: $0) } }, warnings: warnings,
      remarks: remarks.filter { seen.insert($0).inserted },
      map: try map.map { (path) throws(PETError) in try BindingMapFile(path) },
      transform: results.path(.transform, ".txt"), placement: AlignmentText.placement(curves?[AlignmentText.member]),
      images: Set((curves?[Sidecar.sources]?.list ?? []).compactMap(\.string).filter { !$0.hasSuffix(".json") }),
      resolution: AlignmentText.resolution(curves?[AlignmentText.member]),
      refits: try results.path(.refits).map { (path) throws(PETError) in try RefitsFile.read(path) })
  }

  /// What was told of the scan when its curves were made.
  private static func curves(_ results: Results) -> PETSidecar? {
    results.path(.curves, where: { $0["pvc"] == nil }).flatMap { try? PETSidecar(path: TSVTable.sidecarPath(of: $0)) }
  }
}
