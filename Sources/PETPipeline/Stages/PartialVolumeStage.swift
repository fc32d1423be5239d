package import PETCore
package import PETImaging
package import PETRegistration
package import PETStudy

/// Of stage 3, the correction for partial volume: curves without what neighbours spill into each region.
enum PartialVolumeStage {
  /// - Parameters:
  ///   - plain: the curves as they were measured, with what was found of labels and scan.
  ///   - jobs: threads; the result does not depend on them.
  static func run(
    _ path: String, timing: ScanTiming, _ own: ScanRegions, plain measured: ScanCurves,
    _ resolution: CurveCorrection.Resolution?, moved: MovedWeights? = nil, jobs: Int
  ) throws(PETError) -> (table: CurveTable, basis: CorrectedCurves.Basis) {
    guard let resolution else {
      throw PETError(
        .wrongInput, file: path, field: "fwhm", "the scan does not tell its own resolution",
        remedy: "give that of the scanner in mm")
    }
    guard let mean = measured.sums.mean, let grid = measured.sums.grid else {
      throw PETError(.internalFault, file: path, "no mean image for the correction", remedy: "please report it")
    }
    let plain = measured.table
    let spread = try PointSpread(inPlane: resolution.inPlane, axial: resolution.axial)
    let curves = try CorrectedCurves(
      path: path, weights: own.weights, regions: own.regions, spread: spread, on: grid, mean: mean,
      frames: timing.storedFrames, moved: moved, jobs: jobs)
    let places = plain.names.map { name in own.regions.firstIndex { $0.name == name } }
    let none = [Double](repeating: .nan, count: timing.storedFrames)
    var table = plain
    table.curves = places.map { place in timing.activity(place.map { curves.means[$0] } ?? none) }
    // Labels are taken at their own resolution, on no grid of the scan.
    table.findings = plain.findings.filter { $0.code != .labelsGrid }
    table.findings += curves.findings.filter { !plain.findings.contains($0) }
    func named(_ values: [Double]) -> [String: Double] {
      let own = zip(plain.names, places).compactMap { name, place in place.map { (name, values[$0]) } }
      return Dictionary(own.filter { $0.1.isFinite }, uniquingKeysWith: { first, _ in first })
    }
    table.correction = CurveCorrection(
      ownShares: named(curves.ownShares), volumes: named(curves.volumes),
      resolution: resolution, condition: curves.condition)
    table.correction?.transfer = curves.transfer
    table.volumes = table.correctedVolumes ?? table.volumes
    return (table, curves.basis)
  }

  /// That curves of a table are asked to be corrected.
  static func withoutImage(_ table: String) -> PETError {
    PETError(
      .wrongInput, file: table, field: PipelineKey.partialVolume.path,
      "curves cannot be corrected for partial volume without the scan's image and labels",
      remedy: "give them, or \(PartialVolume.none.rawValue) in \(PipelineKey.partialVolume.path)")
  }

  /// That maps are not corrected, where curves are.
  static func maps(_ curves: ScanCurves, file: String) -> Finding? {
    guard case .made = curves.correction else { return nil }
    return Finding(
      .note, .mapsUncorrected, file: file, field: "maps",
      "maps, and the regional estimates beside them, are of the scan as it was measured",
      remedy: "regional tables alone are corrected for partial volume")
  }

  /// That curves could not be corrected: it costs the correction, and no other result of the scan.
  static func lost(_ error: PETError) -> Finding {
    Finding(
      .warning, .correctionLost, file: error.file, field: error.field ?? "partial-volume",
      "not corrected for partial volume: \(error.problem)", remedy: error.remedy)
  }
}

extension ScanCurves {
  /// What became of a correction for partial volume.
  enum Correction: Sendable {
    case none
    case made(CurveTable)
    /// It was asked for, and could not be made.
    case lost
  }

  /// The curves that count.
  var counting: CurveTable { if case .made(let table) = correction { table } else { table } }

  /// Corrects the curves of an image; what cannot be corrected is told.
  mutating func correct(
    _ path: String, timing: ScanTiming, _ own: ScanRegions, _ resolution: CurveCorrection.Resolution?,
    moved: MovedWeights?, jobs: Int
  ) throws(PETError) {
    do throws(PETError) {
      let (table, basis) = try PartialVolumeStage.run(
        path, timing: timing, own, plain: self, resolution, moved: moved, jobs: jobs)
      correction = .made(table)
      sums.correction = basis
    } catch {
      // A file that cannot be read now is another matter.
      guard [.wrongInput, .usage].contains(error.code) else { throw error }
      correction = .lost
      table.findings.append(PartialVolumeStage.lost(error))
    }
  }
}

/// Curves of one image named on the command line, without what neighbours spill into each region.
package enum CorrectedCurvesCommand {
  /// - Parameters:
  ///   - fwhm: of the scan, as the user gives it; nil for its own estimate.
  ///   - jobs: threads; the result does not depend on them.
  package static func measure(
    _ scan: DynamicScan, segmentation: NamedSegmentation, regions: [RegionDefinition], fwhm spread: PointSpread?,
    jobs: Int
  ) throws(PETError) -> CurveTable {
    let own = ScanRegions(segmentation, regions, of: scan)
    // As they are: what is wrong with labels and scan shows there.
    let plain = try CurvesStage.measured(
      scan.path, timing: scan.timing, own, sampling: .labelsToImage, findings: scan.timing.findings + scan.findings,
      sums: spread == nil ? [.mean, .late] : .mean)
    let alignment = try plain.sums.late.map { (late) throws(PETError) in
      try AlignmentStage.run(late, of: scan.path, own.weights, fwhm: nil, effort: .check, jobs: jobs)
    }
    var table = try PartialVolumeStage.run(
      scan.path, timing: scan.timing, own, plain: plain,
      spread.map { CurveCorrection.Resolution(inPlane: $0.inPlane, axial: $0.axial) }
        ?? alignment?.resolution.flatMap(CurveCorrection.Resolution.init(estimate:)), jobs: jobs
    ).table
    // The resolution was told by labels in their place: where they were taken to lie is told too.
    table.findings +=
      alignment?.findings(
        limit: AlignmentRule.usual.limit, isMoved: false, given: nil, labels: own.weights.file) ?? []
    return table
  }
}

extension Finding.Code {
  package static let correctionLost = Finding.Code("correction-lost")
  package static let mapsUncorrected = Finding.Code("maps-uncorrected")
}
