package import PETBinding
package import PETCore
package import PETImaging
import PETMaps
package import PETResults
import PETTracers

/// The second half of stage 8, balance: two binding maps of one person, voxel by voxel.
package enum BalanceMapStage {
  /// The balance of two maps at the voxels of a mask.
  ///
  /// - Parameters:
  ///   - there: the same voxels where the head has them in the denominator's world; nil where the worlds are one.
  ///   - areMeasuresAsked: whether the measures of the two are as a pipeline says.
  ///   - doubt: evidence against the pair.
  /// - Returns: the files of it, to be written under `base`, and what was to be said.
  package static func run(
    numerator: BindingMapFile, denominator: BindingMapFile, mask: VoxelMask, there: VoxelMask? = nil,
    settings: BalanceSettings, base: String,
    details: [(name: String, value: JSONValue)], areMeasuresAsked: Bool = false, doubt: Finding? = nil,
    jobs: Int
  ) throws(PETError) -> (files: MapFileSet, findings: [Finding]) {
    var findings: [Finding] = []
    func read(_ file: BindingMapFile, at mask: VoxelMask) throws(PETError) -> BindingMap {
      let map = try BindingMap(
        path: file.path, errors: file.errors, freedom: file.freedom, measure: file.measure,
        statuses: file.statuses, at: mask)
      if map.isResampled {
        findings.append(
          Finding(
            .note, .resampled, file: file.path, field: "affine", "the map lies on another grid",
            remedy: "it was interpolated (trilinear) to the grid of the \(settings.systems.numerator.rawValue) map"))
      }
      if file.statuses == nil {
        findings.append(
          Finding(
            .note, .noStatusMap, file: file.path, field: "status", "there is no map of how its fits ended",
            remedy: "make it with --status-map; without it fits at bounds are not told"))
      }
      if file.errors == nil {
        findings.append(
          Finding(
            .warning, .noErrorMap, file: file.path, field: "errors", "there is no map of its standard errors",
            remedy: "make it with --se-maps; without it no voxel has a confidence set"))
      }
      return map
    }
    let doubts = numerator.doubts + denominator.doubts + [doubt].compactMap { $0 }
    let map = BalanceMap(
      numerator: try read(numerator, at: mask), denominator: try read(denominator, at: there ?? mask), mask: mask,
      settings: settings,
      isDoubtful: !doubts.isEmpty, jobs: jobs)
    findings += doubts
    for (file, role) in [(numerator, settings.systems.numerator), (denominator, settings.systems.denominator)] {
      let card = file.tracer.flatMap(settings.catalogue.find)
      if let finding = card?.finding(as: role, source: file.path) { findings.append(finding) }
    }
    if !areMeasuresAsked, let a = numerator.measure, let b = denominator.measure, a != b {
      findings.append(
        Finding(
          .warning, .measuresDiffer, file: denominator.path, field: "meas", value: b, "\(b) beside \(a)",
          remedy: "give two maps of one measure"))
    }
    if map.hasErrors, map.counts[.errorUnknown] ?? 0 > map.statuses.count / 2 {
      findings.append(
        Finding(
          .warning, .noErrors, file: denominator.path, field: "errors", value: "\(map.counts[.errorUnknown] ?? 0)",
          "most voxels have no standard error", remedy: "check the standard-error maps"))
    }
    let sides: [(name: String, value: JSONValue)] = [
      (settings.systems.numerator.title, numerator.json), (settings.systems.denominator.title, denominator.json),
    ]
    let told: [(name: String, value: JSONValue)] = [(Sidecar.findings, .array(findings.map(\.json)))]
    return (BalanceMapFiles(map, base: base, details: details + sides + told).files, findings)
  }
}

extension Finding.Code {
  package static let measuresDiffer = Finding.Code("measures-differ")
  package static let noErrorMap = Finding.Code("no-error-map")
  package static let noErrors = Finding.Code("no-errors")
  package static let noStatusMap = Finding.Code("no-status-map")
  package static let resampled = Finding.Code("resampled")
}
