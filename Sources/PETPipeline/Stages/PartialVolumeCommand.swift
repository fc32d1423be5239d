package import PETCore
package import PETImaging
package import PETRegistration
import PETResults
package import PETStudy

/// Curves of one image without what neighbours spill into each region.
package struct PartialVolumeCommand {
  package let table: CurveTable
  /// What the sidecar says of the correction.
  package let details: [(name: String, value: JSONValue)]

  /// - Parameters:
  ///   - spread: of the scan, as the user gives it.
  ///   - jobs: threads; the result does not depend on them.
  package init(
    _ scan: DynamicScan, segmentation: NamedSegmentation, regions: [RegionDefinition], spread: PointSpread, jobs: Int
  ) throws(PETError) {
    let own = ScanRegions(segmentation, regions, of: scan)
    // As they are: what is wrong with labels and scan shows there.
    let plain = try CurvesStage.measured(
      scan.path, timing: scan.timing, own, sampling: .labelsToImage, findings: scan.timing.findings + scan.findings)
    let curves = try CorrectedCurves(
      path: scan.path, weights: own.weights, regions: regions, spread: spread,
      durations: scan.timing.storedDurations, jobs: jobs)
    let kept = regions.indices.filter { own.keepEmpty || curves.volumes[$0] > 0 }
    var table = CurveTable(
      frames: scan.timing.frames, names: kept.map { regions[$0].name },
      curves: kept.map { scan.timing.activity(curves.means[$0]) }, volumes: kept.map { curves.volumes[$0] })
    table.merged = Set(kept.filter { regions[$0].isMerged }.map { regions[$0].name })
    table.isotope = scan.timing.isotope
    table.findings = plain.table.findings + curves.findings.filter { !plain.table.findings.contains($0) }
    self.table = table
    details = [
      (
        Sidecar.pointSpread,
        .object([
          ("FWHM", .array([.number(spread.inPlane), .number(spread.inPlane), .number(spread.axial)])),
          ("Units", "mm"), ("Source", "given"),
        ])
      ),
      (
        Sidecar.partialVolume,
        .object([
          ("Method", "GTM"),
          ("Description", .string(Self.method)),
          ("ConditionNumber", .number(Rounding.significant(curves.condition, digits: 6))),
          (
            "OwnShares",
            .object(kept.map { (regions[$0].name, .number(Rounding.significant(curves.ownShares[$0], digits: 6))) })
          ),
          ("Validation", "validated on simulations, not yet on measured images"),
        ])
      ),
    ]
  }

  private static let method =
    "Activity of each region from the means that were measured in all of them, by the geometric transfer matrix (Rousset 1998, "
    + "J Nucl Med 39:904): labels at their own resolution, blurred by the point spread and averaged over the voxels of the scan; "
    + "unlabelled space within 4 mm of the labels, the rest of the head and air are regions of their own"
}
