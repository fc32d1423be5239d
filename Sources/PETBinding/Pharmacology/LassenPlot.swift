import Foundation
package import PETCore

/// Occupancy without a reference region: regions of one person before and after a drug lie on a line,
/// VT_base - VT_drug = Occ (VT_base - VND) (Cunningham 2010 J Cereb Blood Flow Metab 30:46).
///
/// The same line as VT_drug = m VT_base + c has m = 1 - Occ and c = Occ VND.
package struct LassenPlot: Sendable {
  package enum Method: String, Sendable, CaseIterable {
    /// Least squares of VT_base - VT_drug on VT_base: takes VT_base as exact.
    case ordinary
    /// Distances at right angles to VT_drug = m VT_base + c: both scans with one error, alike in all regions.
    case orthogonal
    /// Both scans with the standard errors of their fits: the likelihood's line (as in Schain 2018
    /// doi:10.1016/j.neuroimage.2018.05.017, errors of regions taken as independent), errors by York 2004
    /// (doi:10.1119/1.1632486) times the scatter that is left.
    case likelihood
  }

  /// A region in both scans.
  package struct Point: Sendable {
    package let region: String
    package let baseline: Estimate
    package let drug: Estimate

    package init(region: String, baseline: Estimate, drug: Estimate) {
      self.region = region
      self.baseline = baseline
      self.drug = drug
    }
  }

  package let method: Method
  /// Regions that count.
  package let count: Int
  package let occupancy: Estimate
  package let occupancyLimits: (low: Double, high: Double)
  /// VND, mL/cm3, the point where the line says no displacement.
  package let nondisplaceable: Double
  /// Fieller's set; NaN where it is no interval.
  package let nondisplaceableLimits: (low: Double, high: Double)
  /// Residual scatter over what the standard errors say, (n - 2) degrees of freedom; NaN but for `likelihood`.
  package let scatter: Double
  /// Why there is no number, or what is odd about it.
  package let notes: [String]

  /// Fewer regions than this make no line.
  package static let leastRegions = 4

  package init(_ points: [Point], method: Method, level: Double) {
    self.method = method
    let used = points.filter { point in
      guard point.baseline.value.isFinite, point.drug.value.isFinite else { return false }
      return method != .likelihood || point.baseline.standardError > 0 && point.drug.standardError > 0
    }
    count = used.count
    var notes: [String] = []
    let line: Line? =
      if used.count < Self.leastRegions {
        nil
      } else {
        switch method {
        case .ordinary: Line(ordinary: used)
        case .orthogonal: Line(orthogonal: used)
        case .likelihood: Line(likelihood: used)
        }
      }
    guard let line, line.covariance.mm.isFinite else {
      occupancy = .missing
      occupancyLimits = (.nan, .nan)
      nondisplaceable = .nan
      nondisplaceableLimits = (.nan, .nan)
      scatter = .nan
      self.notes = [used.count < Self.leastRegions ? "fewer than \(Self.leastRegions) regions" : "no line fits"]
      return
    }
    let quantile = Quantile.twoSided(level: level, degreesOfFreedom: Double(used.count - 2))
    let share = Estimate(1 - line.slope, standardError: line.covariance.mm.squareRoot())
    // Limits that hold every occupancy there can be tell nothing.
    guard quantile * share.standardError <= 1 else {
      occupancy = .missing
      occupancyLimits = (.nan, .nan)
      nondisplaceable = .nan
      nondisplaceableLimits = (.nan, .nan)
      scatter = line.scatter
      self.notes = ["the regions do not tell the line: its limits hold every occupancy"]
      return
    }
    occupancy = share
    occupancyLimits = occupancy.limits(quantile: quantile)
    // VND = c/(1 - m); the errors of c and 1 - m go together by -cov(m, c).
    let intercept = Estimate(line.intercept, standardError: line.covariance.cc.squareRoot())
    let set = FiellerSet(intercept, over: occupancy, covariance: -line.covariance.mc, quantile: quantile)
    let isTold = set.g < 1
    nondisplaceable = isTold ? line.intercept / occupancy.value : .nan
    nondisplaceableLimits = set.kind == .bounded ? (set.low, set.high) : (.nan, .nan)
    scatter = line.scatter
    if !isTold { notes.append("no displacement that can be told from 0: VND is not known") }
    if isTold, nondisplaceable < 0 { notes.append("VND below 0: the regions do not lie on the model's line") }
    if occupancy.value > 1 { notes.append("occupancy above 1: the regions do not lie on the model's line") }
    if occupancy.value < 0 { notes.append("occupancy below 0: the drug scan binds more than the baseline") }
    if line.scatter > 4 {
      notes.append(
        "regions scatter \(NumberText.fixed(line.scatter.squareRoot(), decimals: 1)) times as far as their errors: "
          + "the line holds only in part")
    }
    self.notes = notes
  }

  /// VT_drug = m VT_base + c.
  private struct Line {
    let slope: Double
    let intercept: Double
    /// Of m and c.
    let covariance: (mm: Double, mc: Double, cc: Double)
    var scatter = Double.nan

    init(ordinary points: [Point]) {
      let n = Double(points.count)
      let x = points.map(\.baseline.value)
      let y = points.map { $0.baseline.value - $0.drug.value }
      let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
      let sxx = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
      let sxy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
      let occupancy = sxy / sxx
      let offset = my - occupancy * mx
      let rss = zip(x, y).reduce(0) { sum, p in
        let r = p.1 - occupancy * p.0 - offset
        return sum + r * r
      }
      let variance = rss / (n - 2)
      slope = 1 - occupancy
      intercept = -offset
      // The signs of both change, so that the covariance stays.
      covariance = (variance / sxx, -variance * mx / sxx, variance * (1 / n + mx * mx / sxx))
    }

    init(orthogonal points: [Point]) {
      let x = points.map(\.baseline.value)
      let y = points.map(\.drug.value)
      (slope, intercept) = Self.totalLeastSquares(x, y)
      // Delete-one jackknife: the model of one error for all regions is a rough one.
      let n = points.count
      let left = (0..<n).map { out in
        Self.totalLeastSquares(
          x.indices.filter { $0 != out }.map { x[$0] }, y.indices.filter { $0 != out }.map { y[$0] })
      }
      let m = left.reduce(0) { $0 + $1.0 } / Double(n)
      let c = left.reduce(0) { $0 + $1.1 } / Double(n)
      let factor = Double(n - 1) / Double(n)
      covariance = left.reduce((0.0, 0.0, 0.0)) { sum, line in
        let (dm, dc) = (line.0 - m, line.1 - c)
        return (sum.0 + factor * dm * dm, sum.1 + factor * dm * dc, sum.2 + factor * dc * dc)
      }
    }

    private static func totalLeastSquares(_ x: [Double], _ y: [Double]) -> (Double, Double) {
      let n = Double(x.count)
      let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
      var (sxx, syy, sxy) = (0.0, 0.0, 0.0)
      for (x, y) in zip(x, y) {
        sxx += (x - mx) * (x - mx)
        syy += (y - my) * (y - my)
        sxy += (x - mx) * (y - my)
      }
      // Of the two forms of the root the one that takes no difference of equals.
      let (difference, root) = (syy - sxx, ((syy - sxx) * (syy - sxx) + 4 * sxy * sxy).squareRoot())
      let m = difference >= 0 ? (difference + root) / (2 * sxy) : 2 * sxy / (root - difference)
      return (m, my - m * mx)
    }

    /// York's iteration for independent errors, from the orthogonal line.
    init?(likelihood points: [Point]) {
      let x = points.map(\.baseline.value)
      let y = points.map(\.drug.value)
      let wx = points.map { 1 / ($0.baseline.standardError * $0.baseline.standardError) }
      let wy = points.map { 1 / ($0.drug.standardError * $0.drug.standardError) }
      /// Σ over regions of the squared distance in units of its error, at the best c for a slope.
      func sum(_ m: Double) -> (s: Double, c: Double) {
        let w = points.indices.map { wx[$0] * wy[$0] / (wx[$0] + m * m * wy[$0]) }
        let total = w.reduce(0, +)
        let c = points.indices.reduce(0) { $0 + w[$1] * (y[$1] - m * x[$1]) } / total
        return (points.indices.reduce(0) { $0 + w[$1] * (y[$1] - m * x[$1] - c) * (y[$1] - m * x[$1] - c) }, c)
      }
      // The sum may have several minima: every direction of the line is looked at, then the best refined.
      let end = Double.pi / 2 - 1e-6
      var m = tan(LineSearch.minimum(-end...end, steps: 721) { sum(tan($0)).s })
      var adjusted = x
      for _ in 0..<100 {
        let w = points.indices.map { wx[$0] * wy[$0] / (wx[$0] + m * m * wy[$0]) }
        let total = w.reduce(0, +)
        let (mx, my) = (
          points.indices.reduce(0) { $0 + w[$1] * x[$1] } / total,
          points.indices.reduce(0) { $0 + w[$1] * y[$1] } / total
        )
        let beta = points.indices.map { w[$0] * ((x[$0] - mx) / wy[$0] + m * (y[$0] - my) / wx[$0]) }
        adjusted = beta.map { mx + $0 }
        let above = points.indices.reduce(0) { $0 + w[$1] * beta[$1] * (y[$1] - my) }
        let below = points.indices.reduce(0) { $0 + w[$1] * beta[$1] * (x[$1] - mx) }
        let next = above / below
        guard next.isFinite else { return nil }
        let isSettled = abs(next - m) <= 1e-15 * max(1, abs(m))
        m = next
        if isSettled { break }
      }
      let (s, c) = sum(m)
      let w = points.indices.map { wx[$0] * wy[$0] / (wx[$0] + m * m * wy[$0]) }
      let total = w.reduce(0, +)
      let centre = points.indices.reduce(0) { $0 + w[$1] * adjusted[$1] } / total
      let spread = points.indices.reduce(0) { $0 + w[$1] * (adjusted[$1] - centre) * (adjusted[$1] - centre) }
      let scale = s / Double(points.count - 2)
      self.slope = m
      intercept = c
      covariance = (scale / spread, -scale * centre / spread, scale * (1 / total + centre * centre / spread))
      scatter = scale
    }
  }
}
