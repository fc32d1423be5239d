import PETBinding
import PETCore
import PETImaging
import PETRegistration
import PETStudy

/// The curves of an image with its labels elsewhere, or with another resolution.
extension ImageCurves {
  /// - Parameters:
  ///   - curves: that count, with the sums that were made of the scan.
  ///   - regions: where they lie.
  ///   - motion: of the frames; nil where curves are not corrected for it.
  func changed(
    _ curves: ScanCurves, _ regions: ScanRegions, _ motion: MotionStage.Corrected?, _ stage: MotionStage,
    _ wish: ChangedCurves.Wish
  ) throws(PETError) -> ChangedCurves {
    var result = ChangedCurves()
    let resolution = curves.counting.correction?.resolution
    settle(&result, wish, alignment: curves.alignments.first?.found, resolution, motion)
    var changes: [(effect: String, component: String, amount: Double, change: LabelChange)] = []
    let hasPlaces = [BudgetEffect.segmentation, .alignment, .motion].contains { result.spreads[$0.key] != nil }
    if hasPlaces, let step = wish.rule.step {
      changes += Self.movements(step, about: regions.weights.centre)
    }
    if let spread = result.spreads[BudgetEffect.fwhm.key]?.value {
      for amount in [spread, -spread] {
        changes.append((BudgetEffect.fwhm.key, "n/a", amount, LabelChange(widening: amount)))
      }
    }
    if wish.rule.asksExtent(BudgetEffect.eroded) {
      let key = BudgetEffect.referenceExtent.key
      if resolution != nil {
        result.leftOut[key] = "eroded: the correction weighs the inside of regions by itself"
      } else if regions.weights.ownLabels == nil {
        result.leftOut[key] = "eroded: regions overlap or hold fractions"
      } else if let labels = referenceLabels(curves.counting, regions.regions) {
        changes.append((key, BudgetEffect.eroded, .nan, LabelChange(eroded: labels)))
      }
    }
    guard !changes.isEmpty else { return result }
    let coarse = motion.flatMap {
      $0.moved == nil
        ? nil
        : stage.coarse(regions.weights, $0, most: ChangedCurves.mostPoses)
    }
    let base = coarse ?? MovedWeights([regions.weights], places: [Int](repeating: 0, count: timing.storedFrames))
    // Fewer poses than the curves have, and borders that these part otherwise, are compared with themselves.
    let isOther = motion?.moved != nil || curves.sums.correction == nil
    let asked = (isOther ? [LabelChange()] : []) + changes.map(\.change)
    var means: [[[Double]]]
    do throws(PETError) { means = try measure(asked, curves, regions, base) } catch {
      guard [.wrongInput, .usage].contains(error.code) else { throw error }
      for effect in Set(result.spreads.keys).union(changes.map(\.effect)) where effect != Refits.labels {
        result.leftOut[effect] = error.problem
        result.spreads[effect] = nil
      }
      return result
    }
    let still = isOther ? means.removeFirst() : nil
    for (own, means) in zip(changes, means) {
      result.members.append(
        ChangedCurves.Member(
          effect: own.effect, component: own.component, amount: own.amount,
          table: table(curves.counting, regions.regions, means, less: still)))
    }
    return result
  }

  /// Labels of the regions that the reference is of; nil for models without.
  private func referenceLabels(_ table: CurveTable, _ regions: [RegionDefinition]) -> Set<Int32>? {
    guard let reference = role.reference, let members = try? table.curve(of: reference).members else { return nil }
    let names = Set(members.map { table.names[$0] })
    return Set(regions.filter { names.contains($0.name) }.flatMap(\.labels).map { Int32($0) })
  }

  /// Which errors the scan has, and how large.
  private func settle(
    _ result: inout ChangedCurves, _ wish: ChangedCurves.Wish, alignment: LabelAlignment?,
    _ resolution: CurveCorrection.Resolution?, _ motion: MotionStage.Corrected?
  ) {
    let rule = wish.rule
    let stated = "as the pipeline states it"
    if let size = rule[.segmentation]?.number {
      result.spreads[BudgetEffect.segmentation.key] = .init(size, source: stated)
    }
    switch rule[.alignment] {
    case .number(let size)?: result.spreads[BudgetEffect.alignment.key] = .init(size, source: stated)
    case .word?:
      if wish.areMoved, let alignment {
        let least = ChangedCurves.leastDisplacement
        let rms = (alignment.error * alignment.error + least * least).squareRoot()
        result.spreads[BudgetEffect.alignment.key] = .init(
          Refits.coordinate(ofDisplacement: rms), source: BudgetEffect.alignment.source ?? "")
      } else {
        result.leftOut[BudgetEffect.alignment.key] = "labels were not moved by a fit: state the error in mm"
      }
    default: break
    }
    switch (rule[.fwhm], resolution) {
    case (nil, _): break
    case (_, nil):
      result.leftOut[BudgetEffect.fwhm.key] = "curves are not corrected for partial volume"
    case (.number(let size)?, _): result.spreads[BudgetEffect.fwhm.key] = .init(size, source: stated)
    case (_, let own?) where own.error.isFinite:
      result.spreads[BudgetEffect.fwhm.key] = .init(own.error, source: BudgetEffect.fwhm.source ?? "")
    default: result.leftOut[BudgetEffect.fwhm.key] = "the resolution is given: state its error in mm"
    }
    if rule[.motion] != nil {
      if let motion, motion.isMade, motion.motion.isStated {
        result.leftOut[BudgetEffect.motion.key] = "another program found the poses: no errors of them are told"
      } else if let motion, motion.isMade {
        result.spreads[BudgetEffect.motion.key] = .init(
          motion.motion.lateError, source: BudgetEffect.motion.source ?? "")
      } else {
        result.leftOut[BudgetEffect.motion.key] = "curves are not corrected for it"
      }
    }
  }

  /// Labels a step along and about each axis, both ways.
  private static func movements(_ step: Double, about centre: (x: Double, y: Double, z: Double)) -> [(
    effect: String, component: String, amount: Double, change: LabelChange
  )] {
    Refits.axes.enumerated().flatMap { axis, name in
      [step, -step].map { amount in
        var parts = [Double](repeating: 0, count: 6)
        parts[axis] = axis < 3 ? amount : amount / Refits.turnRadius
        return (Refits.labels, name, amount, LabelChange(movement: .rigid(parts, about: centre)))
      }
    }
  }

  /// Curves are corrected as they are; others have voxels on borders parted among regions, since whole voxels stay where they are
  /// when labels move by less than half of one.
  private func measure(
    _ changes: [LabelChange], _ curves: ScanCurves, _ regions: ScanRegions, _ base: MovedWeights
  ) throws(PETError) -> [[[Double]]] {
    if let basis = curves.sums.correction, let mean = curves.sums.mean {
      return try CorrectedCurves.changed(
        changes, path: path, basis, in: base, regions: regions.regions, mean: mean, frames: timing.storedFrames,
        jobs: 1)
    }
    let grid = try VoxelStream(path: path).header.grid
    let areLabels = regions.weights.ownLabels != nil && definition.curves.sampling == .labelsToImage
    let sets = try changes.map { (change) throws(PETError) in
      MovedWeights(
        try base.weights.map { (weights) throws(PETError) in
          let moved = try change.moved(weights)
          return areLabels ? try moved.shared(on: grid, isSplit: true) : moved
        }, places: base.places)
    }
    return try RegionalCurves.means(
      path: path, of: regions.regions, in: sets, sampling: areLabels ? .labelsToImage : .imageToLabels,
      frames: timing.storedFrames, smoothing: definition.curveSmoothing(of: role))
  }

  /// Curves with means that were measured otherwise.
  ///
  /// - Parameter still: the same means as they are in the poses that were changed; nil for those of the curves.
  private func table(
    _ counting: CurveTable, _ regions: [RegionDefinition], _ means: [[Double]], less still: [[Double]]?
  ) -> CurveTable {
    var table = counting
    for (place, name) in counting.names.enumerated() {
      guard let region = regions.firstIndex(where: { $0.name == name }) else { continue }
      let own = timing.activity(means[region])
      table.curves[place] =
        still.map { still in
          let there = timing.activity(still[region])
          return own.indices.map { counting.curves[place][$0] + own[$0] - there[$0] }
        } ?? own
    }
    return table
  }
}
