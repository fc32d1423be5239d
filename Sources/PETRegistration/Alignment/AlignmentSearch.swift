import Foundation
import PETCore
import PETImaging

/// The steps of an alignment.
struct AlignmentSearch {
  let fractions: LabelFractions
  let scan: LateMean
  let jobs: Int

  /// How far from the labels voxels count: while the pose is looked for, and once it is near, mm.
  private static let (far, near) = (12.0, 6.0)

  /// The model at a width, with the scan's voxel.
  func model(fwhm: Double, pose: Affine) -> LabelModel {
    let size = [scan.grid.voxelSize.0, scan.grid.voxelSize.1, scan.grid.voxelSize.2]
    func direction(_ affine: Affine, _ column: Int, _ length: Double) -> [Double] {
      (0..<3).map { affine[$0, column] / length }
    }
    let own = [fractions.grid.voxelSize.0, fractions.grid.voxelSize.1, fractions.grid.voxelSize.2]
    let variances = (0..<3).map { axis -> Double in
      let direction = direction(fractions.grid.affine, axis, own[axis])
      // What a mm along the axis is on the scan.
      let back = (0..<3).map { row in (0..<3).reduce(0) { $0 + pose[$1, row] * direction[$1] } }
      let square = back.reduce(0) { $0 + $1 * $1 }
      let box = (0..<3).reduce(0.0) { sum, column in
        let edge = (0..<3).map { scan.grid.affine[$0, column] / size[column] }
        let cosine = zip(back, edge).reduce(0) { $0 + $1.0 * $1.1 }
        return sum + cosine * cosine * size[column] * size[column] / 12
      }
      return PointSpread.variance(fwhm) * square + box
    }
    return LabelModel(fractions, variances: variances, between: between(pose), jobs: jobs)
  }

  /// The mean of t (1 - t) for voxels of the scan that lie a share t of the way between two of the grid's, along each axis.
  private func between(_ pose: Affine) -> [Double] {
    guard let inverse = fractions.grid.affine.inverse else { return [0, 0, 0] }
    let map = inverse.after(pose).after(scan.grid.affine)
    let grid = scan.grid
    var (sums, count) = ([0.0, 0.0, 0.0], 0.0)
    // Some thousand of them, whatever the shape.
    for at in stride(from: 0, to: grid.count, by: max(1, grid.count / 4001)) {
      let u = map.apply(Double(at % grid.nx), Double(at / grid.nx % grid.ny), Double(at / (grid.nx * grid.ny)))
      for (axis, place) in [u.0, u.1, u.2].enumerated() {
        let share = place - place.rounded(.down)
        sums[axis] += share * (1 - share)
      }
      count += 1
    }
    return sums.map { $0 / count }
  }

  func near(
    _ model: LabelModel, from pose: Affine, withVariance: Bool, steps: Int = 12, most: Int = 16_000,
    enough: Double = 0.005
  ) -> LabelFit {
    let samples = LabelSamples(scan, near: fractions, pose: pose, reach: Self.near, most: most)
    return LabelFit(
      model, samples, from: pose, steps: steps, withVariance: withVariance, isLast: false, enough: enough)
  }

  /// Steps of a fit that another begins with may be this long at its end, mm.
  private static let start = 0.1

  /// The width and the pose in turn, until both stay.
  func settle(
    _ width: inout Double, _ model: inout LabelModel, _ fit: inout LabelFit, in range: ClosedRange<Double>
  ) {
    for _ in 0..<6 {
      let variance = PointSpread.variance(width) + fit.variance
      let next = min(max(PointSpread.width(max(variance, 0)), range.lowerBound), range.upperBound)
      let change = abs(next - width)
      width = next
      if change < 0.02 { break }
      model = self.model(fwhm: width, pose: fit.pose)
      fit = LabelFit(model, fit.samples, from: fit.pose, steps: 12, withVariance: true, isLast: false)
    }
    fit = LabelFit(model, fit.samples, from: fit.pose, steps: 1, withVariance: true)
  }

  /// Whether most of what lies between 2 mm from the labels and the end of the near voxels holds no activity at all.
  func isCut(_ fit: LabelFit) -> Bool {
    guard let inverse = fractions.grid.affine.inverse else { return false }
    let (map, grid) = (inverse.after(fit.pose), fractions.grid)
    var (around, nothing) = (0, 0)
    for (point, value) in zip(fit.samples.points, fit.samples.values) {
      let u = map.apply(point.x, point.y, point.z)
      let (x, y, z) = (Int(u.0.rounded()), Int(u.1.rounded()), Int(u.2.rounded()))
      guard x >= 0, y >= 0, z >= 0, x < grid.nx, y < grid.ny, z < grid.nz,
        fractions.distances[x + grid.nx * (y + grid.ny * z)] > 4
      else { continue }
      around += 1
      if value == 0 { nothing += 1 }
    }
    return nothing > around / 2 && around > 0
  }

  /// The best of the starts, with voxels from afar and then with near ones.
  func begin(_ model: LabelModel, from start: Affine, effort: LabelAlignment.Effort, file: String) throws(PETError)
    -> (LabelFit, isAmbiguous: Bool)
  {
    var starts = [start]
    if effort == .search {
      let shifted = centred(start)
      let pitches = [-15.0, 15].flatMap { pitch in
        [start, shifted].map {
          Affine.rigid([0, 0, 0, pitch * .pi / 180, 0, 0], about: fractions.centre).after($0)
        }
      }
      starts += [shifted] + pitches
    }
    let all = starts
    let ends = Parallel.map(starts.count, jobs: jobs) { place -> LabelFit? in
      let wide = LabelSamples(scan, near: fractions, pose: all[place], reach: Self.far, most: 4000)
      guard wide.points.count > 10 * fractions.regions.count + 50 else { return nil }
      let first = LabelFit(model, wide, from: all[place], steps: 12, isLast: false, enough: Self.start)
      let fit = near(model, from: first.pose, withVariance: false, steps: 0, most: 6000)
      return fit.unexplained.isFinite ? fit : nil
    }.compactMap(\.self).sorted { $0.unexplained < $1.unexplained }
    // The best, and the best that lies elsewhere.
    let other = ends.dropFirst().first { distance($0.pose, ends[0].pose) > 2 }
    let chosen = ends.prefix(1) + [other].compactMap(\.self)
    // One alone has no rival: it is a start.
    let most = chosen.count > 1 ? 16_000 : 6000
    let fits = Parallel.map(chosen.count, jobs: jobs) { place in
      near(model, from: chosen[place].pose, withVariance: false, steps: 6, most: most, enough: Self.start)
    }
    guard let best = fits.min(by: { $0.unexplained < $1.unexplained }) else {
      throw PETError(
        .wrongInput, file: file, field: "labels",
        LabelSamples(scan, near: fractions, pose: start, reach: Self.far, most: 4000).points.isEmpty
          ? "they do not lie on the scan" : "too few voxels of the scan lie near them to tell their place",
        remedy: "check that they are of this scan, or bring them there (--transform)")
    }
    let rivals = fits.filter { fit in
      distance(fit.pose, best.pose) > 2 && fit.unexplained < 1.05 * best.unexplained
    }
    return (best, !rivals.isEmpty)
  }

  /// A pose that brings the labels' centre to that of the activity.
  private func centred(_ pose: Affine) -> Affine {
    let values = scan.values.map { $0.isFinite ? max(0, $0) : 0 }
    // Every seventh tells it.
    let some = stride(from: 0, to: values.count, by: 7).map { Double(values[$0]) }.filter { $0 > 0 }.sorted()
    let limit = 0.3 * Order.quantile(some, 0.98)
    var (sum, centre) = (0.0, [0.0, 0.0, 0.0])
    for (at, value) in values.enumerated() where Double(value) > limit {
      let grid = scan.grid
      let point = grid.affine.apply(
        Double(at % grid.nx), Double(at / grid.nx % grid.ny), Double(at / (grid.nx * grid.ny)))
      sum += 1
      centre = [centre[0] + point.0, centre[1] + point.1, centre[2] + point.2]
    }
    guard sum > 0 else { return pose }
    let place = pose.apply(centre[0] / sum, centre[1] / sum, centre[2] / sum)
    let own = fractions.centre
    return Affine.rigid([own.x - place.0, own.y - place.1, own.z - place.2, 0, 0, 0], about: own).after(pose)
  }

  /// The mirror image of the labels at its best place.
  func mirrored(_ model: LabelModel, of fit: LabelFit) -> LabelFit {
    let mirror = Affine(rows: [-1, 0, 0, 2 * fractions.centre.x, 0, 1, 0, 0, 0, 0, 1, 0])
    let start = mirror.after(fit.pose)
    let wide = LabelSamples(scan, near: fractions, pose: start, reach: Self.far, most: 4000)
    let first = LabelFit(model, wide, from: start, steps: 12, isLast: false, enough: Self.start)
    // The wrong side leaves eight times what the right one does, and more: few voxels tell that.
    return near(model, from: first.pose, withVariance: false, steps: 8, most: 6000, enough: Self.start)
  }

  /// How much larger the variance of a sum of residuals is than if each stood alone: they are alike over some millimetres.
  ///
  /// Their correlation at one voxel along each axis is taken for a Gaussian's, exp(-d² / 4 s²), whose volume is (4π)^(3/2) s³.
  func inflation(_ model: LabelModel, _ fit: LabelFit) -> Double {
    let step = max(1, fit.samples.points.count / 3000)
    let (own, _) = fit.samples.moved(nil, step: step, of: scan)
    let first = fit.residuals(model, at: own)
    let size = [scan.grid.voxelSize.0, scan.grid.voxelSize.1, scan.grid.voxelSize.2]
    let volume = (0..<3).reduce(1.0) { product, axis in
      let (moved, kept) = fit.samples.moved(axis, step: step, of: scan)
      let second = fit.residuals(model, at: moved)
      let pairs = kept.indices.map { (first[kept[$0] / step], second[$0]) }
      let both = pairs.reduce(0) { $0 + $1.0 * $1.1 }
      let sizes = pairs.reduce((0.0, 0.0)) { ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1) }
      let correlation = min(both / (sizes.0 * sizes.1).squareRoot(), 0.98)
      guard correlation > 0.02 else { return product * size[axis] }
      let width = size[axis] / (2 * (-log(correlation)).squareRoot())
      return product * max(size[axis], (4 * Double.pi).squareRoot() * width)
    }
    return max(1, volume / fit.samples.volume)
  }

  // MARK: - What the pose is

  /// Rms distance over the labels between the places of two poses on the scan, mm.
  private func distance(_ a: Affine, _ b: Affine) -> Double {
    guard let first = a.inverse, let second = b.inverse else { return .nan }
    let sum = fractions.inside.reduce(0.0) { sum, point in
      let (p, q) = (first.apply(point.x, point.y, point.z), second.apply(point.x, point.y, point.z))
      let d = [p.0 - q.0, p.1 - q.1, p.2 - q.2]
      return sum + d.reduce(0) { $0 + $1 * $1 }
    }
    return (sum / Double(fractions.inside.count)).squareRoot()
  }

  /// The rms displacement over the labels, and its standard error: the rms of that of the points.
  ///
  /// - Parameter scale: of the inverse normal matrix to a covariance.
  func displacement(from start: Affine, to end: Affine, inverse: [[Double]], scale: Double) -> (Double, Double) {
    guard inverse.count >= 6 else { return (distance(start, end), .nan) }
    let moments = PointMoments(fractions.inside, about: fractions.centre)
    return (distance(start, end), scale.squareRoot() * moments.displacementError(inverse))
  }

  /// How the labels move on the scan: their centre, mm, and turns about x, y and z, degrees.
  func motion(from start: Affine, to end: Affine) -> (translation: [Double], rotation: [Double]) {
    guard let first = start.inverse, let second = end.inverse else { return ([.nan, .nan, .nan], [.nan, .nan, .nan]) }
    let c = fractions.centre
    let (p, q) = (first.apply(c.x, c.y, c.z), second.apply(c.x, c.y, c.z))
    // On the scan: from where they were said to lie to where they do.
    let turn = second.after(start)
    let angles = [
      atan2(turn[2, 1] - turn[1, 2], turn[1, 1] + turn[2, 2]), atan2(turn[0, 2] - turn[2, 0], turn[0, 0] + turn[2, 2]),
      atan2(turn[1, 0] - turn[0, 1], turn[0, 0] + turn[1, 1]),
    ]
    return ([q.0 - p.0, q.1 - p.1, q.2 - p.2], angles.map { $0 * 180 / .pi })
  }
}
