/// The first and second moments of points about a centre, which a small rigid step moves them by.
struct PointMoments {
  private let count: Double
  private var first = (x: 0.0, y: 0.0, z: 0.0)
  private var second = (xx: 0.0, yy: 0.0, zz: 0.0, xy: 0.0, xz: 0.0, yz: 0.0)

  /// - Parameter points: mm, one at least.
  init(
    _ points: some Collection<(x: Double, y: Double, z: Double)>, about centre: (x: Double, y: Double, z: Double)
  ) {
    count = Double(points.count)
    for point in points {
      let (x, y, z) = (point.x - centre.x, point.y - centre.y, point.z - centre.z)
      first = (first.x + x, first.y + y, first.z + z)
      second.xx += x * x
      second.yy += y * y
      second.zz += z * z
      second.xy += x * y
      second.xz += x * z
      second.yz += y * z
    }
  }

  /// The rms over the points of d + w × q, of a step (d, w) with that covariance; mm.
  ///
  /// - Parameter covariance: of shifts in mm and turns in radians about x, y and z; six rows at least, symmetric.
  func displacementError(_ covariance: [[Double]]) -> Double {
    let c = covariance
    let shifts = count * (c[0][0] + c[1][1] + c[2][2])
    let mixed =
      first.z * (c[0][4] - c[1][3]) + first.y * (c[2][3] - c[0][5]) + first.x * (c[1][5] - c[2][4])
    let squares =
      second.xx * (c[4][4] + c[5][5]) + second.yy * (c[3][3] + c[5][5]) + second.zz * (c[3][3] + c[4][4])
    let products = second.xy * c[3][4] + second.xz * c[3][5] + second.yz * c[4][5]
    return ((shifts + 2 * mixed + squares - 2 * products) / count).squareRoot()
  }
}
