/// A model with one rate, in which everything else is at its best at each rate: convolved with a curve known beforehand.
protocol RateFit {
  associatedtype Profile: RateProfile
  associatedtype Point: RatePoint
  var grid: RateGrid { get }
  /// The largest last step of the rate that follows the convolution's own derivative, relative to the rate.
  var reach: Double { get }

  /// A curve's profile over the grid.
  ///
  /// - Parameters:
  ///   - products: receives a number for each node, as `sums` does; both outlive the profile.
  func profile(
    of curve: UnsafeBufferPointer<Double>, products: UnsafeMutableBufferPointer<Double>,
    sums: UnsafeMutableBufferPointer<Double>
  ) -> Profile

  /// The convolution at a rate as the frames see it, and its derivative by the rate.
  func convolve(_ rate: Double, value: UnsafeMutableBufferPointer<Double>, slope: UnsafeMutableBufferPointer<Double>)

  /// The model's best at a rate whose convolution is known.
  func best(
    _ curve: UnsafeBufferPointer<Double>, rate: Double, value: UnsafeMutableBufferPointer<Double>,
    slope: UnsafeMutableBufferPointer<Double>
  ) -> Point
}

extension RateFit {
  /// The best fit of a curve; nil where no rate has one.
  func solve(_ curve: UnsafeBufferPointer<Double>) -> Point? {
    let n = curve.count
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * RateGrid.nodes + 2 * n) { memory in
      let products = UnsafeMutableBufferPointer(rebasing: memory[..<RateGrid.nodes])
      let sums = UnsafeMutableBufferPointer(rebasing: memory[RateGrid.nodes..<2 * RateGrid.nodes])
      let value = UnsafeMutableBufferPointer(rebasing: memory[2 * RateGrid.nodes..<2 * RateGrid.nodes + n])
      let slope = UnsafeMutableBufferPointer(rebasing: memory[(2 * RateGrid.nodes + n)...])
      /// The model itself at a rate.
      func exact(_ rate: Double) -> Point {
        convolve(rate, value: value, slope: slope)
        return best(curve, rate: rate, value: value, slope: slope)
      }
      guard grid.step > 0 else { return exact(grid.bounds.lowerBound) }
      var profile = profile(of: curve, products: products, sums: sums)
      let found = RateSearch.minimise(&profile)
      guard found.sum.isFinite else { return nil }
      return RateSearch.polish(found, grid: grid, reach: reach, exact: exact) { rate, change in
        for i in 0..<n { value[i] += change * slope[i] }
        return best(curve, rate: rate, value: value, slope: slope)
      }
    }
  }
}
