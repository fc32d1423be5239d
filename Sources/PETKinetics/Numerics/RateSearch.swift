/// The profile of one curve's fit over a rate: at each rate the linear parameters are at their best.
protocol RateProfile {
  /// Residual sum at a node of the grid, less that of the data.
  func sum(node: Int) -> Double
  /// Makes ready for places between two nodes.
  mutating func open(interval: Int)
  /// Residual sum less that of the data at interval + s, and its derivative by s.
  func evaluate(_ s: Double) -> (sum: Double, slope: Double)
}

/// A model's best fit at a rate.
protocol RatePoint {
  var rate: Double { get }
  /// Derivative of the residual sum by the logarithm of the rate, the linear parameters at their best.
  var slope: Double { get }
}

/// The global minimum over one rate by variable projection.
///
/// Every local minimum of a logarithmic grid is refined on the derivative of the profile, and the lowest wins: no
/// starting values. Source: Golub and Pereyra 1973, doi:10.1137/0710036.
enum RateSearch {
  struct Minimum {
    /// Place on the grid, in nodes.
    var place: Double
    var sum: Double
    /// The slope of the profile has a zero there; false at an end or a bend.
    var isSmooth: Bool
    /// Change of the slope with the place.
    var curvature = 0.0
  }

  /// Newton steps of the exact slope from a minimum of the profile, nearly always one.
  ///
  /// - Parameters:
  ///   - exact: the model itself at a rate.
  ///   - reach: the largest change, relative to the rate, that the convolution follows by its own derivative; it is wrong by
  ///     half of the square of that.
  ///   - near: the model a little further on, by the change of the rate.
  static func polish<Point: RatePoint>(
    _ found: Minimum, grid: RateGrid, reach: Double, exact: (Double) -> Point,
    near: (_ rate: Double, _ change: Double) -> Point
  ) -> Point {
    var place = found.place
    var here = exact(grid.rate(at: place))
    guard found.isSmooth, found.curvature > 0 else { return here }
    var curvature = found.curvature / grid.step
    for _ in 0..<4 {
      let step = -here.slope / curvature
      guard abs(step) < 0.01, place + step > Double(RateGrid.first), place + step < Double(RateGrid.last) else { break }
      place += step
      let rate = grid.rate(at: place)
      let change = rate - here.rate
      guard abs(change) > reach * rate else { return near(rate, change) }
      let next = exact(rate)
      let secant = (next.slope - here.slope) / step
      here = next
      guard secant > 0 else { break }
      curvature = secant
    }
    return here
  }

  static func minimise<Profile: RateProfile>(_ profile: inout Profile) -> Minimum {
    var best = Minimum(place: Double(RateGrid.first), sum: .infinity, isSmooth: false)
    var before = Double.infinity
    var here = profile.sum(node: RateGrid.first)
    for node in RateGrid.first...RateGrid.last {
      let after = node < RateGrid.last ? profile.sum(node: node + 1) : .infinity
      if here <= before, here <= after, here.isFinite {
        let refined =
          descend(&profile, node: node, before: before, here: here, after: after) ?? refine(&profile, node: node)
        if refined.sum < best.sum { best = refined }
      }
      before = here
      here = after
    }
    return best
  }

  /// The zero of the slope near a node that is lower than its neighbours, from the vertex of the parabola through them.
  ///
  /// Secants; nil when they do not settle at once, as where bounds bend the profile.
  private static func descend<Profile: RateProfile>(
    _ profile: inout Profile, node: Int, before: Double, here: Double, after: Double
  ) -> Minimum? {
    var curvature = before - 2 * here + after
    guard curvature > 0, curvature.isFinite else { return nil }
    let vertex = Double(node) + (before - after) / (2 * curvature)
    let interval = min(max(Int(vertex), RateGrid.first), RateGrid.last - 1)
    profile.open(interval: interval)
    var s = vertex - Double(interval)
    var found = profile.evaluate(s)
    for _ in 0..<6 {
      let step = -found.slope / curvature
      guard abs(step) < 0.5, s + step > -0.5, s + step < 1.5 else { return nil }
      if abs(step) < 1e-7 {
        let place = Double(interval) + s
        guard place > Double(RateGrid.first), place < Double(RateGrid.last) else { return nil }
        return Minimum(place: place, sum: found.sum, isSmooth: true, curvature: curvature)
      }
      let next = profile.evaluate(s + step)
      curvature = (next.slope - found.slope) / step
      guard curvature > 0 else { return nil }
      s += step
      found = next
    }
    return nil
  }

  /// The lowest place within one step of a node.
  private static func refine<Profile: RateProfile>(_ profile: inout Profile, node: Int) -> Minimum {
    let own = min(node, RateGrid.last - 1)
    profile.open(interval: own)
    let here = profile.evaluate(Double(node - own))
    let isEnd = node == RateGrid.first && here.slope >= 0 || node == RateGrid.last && here.slope <= 0
    if isEnd { return Minimum(place: Double(node), sum: here.sum, isSmooth: false) }
    let interval = here.slope < 0 ? node : node - 1
    if interval != own { profile.open(interval: interval) }
    let other = profile.evaluate(here.slope < 0 ? 1 : 0)
    // Without a change of sign bounds of the linear parameters bend the profile.
    guard here.slope * other.slope < 0 else { return golden(&profile, node: node) }
    let low = min(here.slope, other.slope)
    let high = max(here.slope, other.slope)
    return zero(profile, interval: interval, low: low, high: high)
  }

  /// The zero of the slope within an interval: regula falsi (Illinois) with a bisection now and then.
  private static func zero<Profile: RateProfile>(_ profile: Profile, interval: Int, low: Double, high: Double)
    -> Minimum
  {
    var (a, b) = (0.0, 1.0)
    var (slopeA, slopeB) = (low, high)
    // The last two places, whose slopes tell the curvature.
    var last = (s: 0.0, slope: low)
    var here = (s: 1.0, slope: high)
    var sum = 0.0
    var side = 0
    for round in 0..<60 {
      let secant = (a * slopeB - b * slopeA) / (slopeB - slopeA)
      let s = round % 5 == 4 || !(secant > a && secant < b) ? (a + b) / 2 : secant
      // Nearer than this the model itself takes over.
      guard abs(s - here.s) > 1e-7, b - a > 1e-7 else { break }
      let found = profile.evaluate(s)
      (last, here, sum) = (here, (s, found.slope), found.sum)
      if found.slope == 0 { break }
      if found.slope < 0 {
        (a, slopeA) = (s, found.slope)
        if side == -1 { slopeB /= 2 }
        side = -1
      } else {
        (b, slopeB) = (s, found.slope)
        if side == 1 { slopeA /= 2 }
        side = 1
      }
    }
    return Minimum(
      place: Double(interval) + here.s, sum: sum, isSmooth: true,
      curvature: (here.slope - last.slope) / (here.s - last.s))
  }

  /// Golden sections on either side of a node, for profiles whose slope has no zero there.
  private static func golden<Profile: RateProfile>(_ profile: inout Profile, node: Int) -> Minimum {
    let ratio = (5.0.squareRoot() - 1) / 2
    var best = Minimum(place: Double(node), sum: .infinity, isSmooth: false)
    for interval in max(node - 1, RateGrid.first)...min(node, RateGrid.last - 1) {
      profile.open(interval: interval)
      var (a, b) = (0.0, 1.0)
      var (left, right) = (b - ratio, a + ratio)
      var (sumLeft, sumRight) = (profile.evaluate(left).sum, profile.evaluate(right).sum)
      for _ in 0..<45 {
        if sumLeft < sumRight {
          (b, right, sumRight) = (right, left, sumLeft)
          left = b - ratio * (b - a)
          sumLeft = profile.evaluate(left).sum
        } else {
          (a, left, sumLeft) = (left, right, sumRight)
          right = a + ratio * (b - a)
          sumRight = profile.evaluate(right).sum
        }
      }
      for s in [0, 1, (a + b) / 2] {
        let sum = profile.evaluate(s).sum
        if sum <= best.sum { best = Minimum(place: Double(interval) + s, sum: sum, isSmooth: false) }
      }
    }
    return best
  }
}
