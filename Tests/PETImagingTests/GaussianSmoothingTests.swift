import PETImaging
import Testing

struct GaussianSmoothingTests {
  private let grid = Grid(nx: 41, ny: 31, nz: 21, affine: Affine(rows: [2, 0, 0, 0, 0, 2.5, 0, 0, 0, 0, 3, 0]))

  /// A point becomes a Gaussian of the stated FWHM along every axis: second moments within 1 % (cut at 1e-4).
  @Test func widthIsTheStatedOne() {
    var values = [Double](repeating: 0, count: grid.count)
    values[20 + 41 * (15 + 31 * 10)] = 1
    GaussianSmoothing(fwhm: 8, grid: grid).apply(to: &values)
    let sigma = 8 / (8 * 0.6931471805599453).squareRoot()
    var moments = [0.0, 0, 0]
    var total = 0.0
    for z in 0..<21 {
      for y in 0..<31 {
        for x in 0..<41 {
          let v = values[x + 41 * (y + 31 * z)]
          total += v
          for (axis, d) in [Double(x - 20) * 2, Double(y - 15) * 2.5, Double(z - 10) * 3].enumerated() {
            moments[axis] += v * d * d
          }
        }
      }
    }
    #expect(abs(total - 1) < 1e-9)
    for moment in moments { #expect(abs(moment / (sigma * sigma) - 1) < 0.01) }
  }

  /// Voxel edges that no scanner has: a kernel as long as the volume is the mean, one that has no width changes nothing.
  @Test(arguments: [1e-300, 1e-20, 1e200])
  func edgesOfAnySize(edge: Double) {
    let tiny = Grid(nx: 3, ny: 2, nz: 2, affine: Affine(rows: [edge, 0, 0, 0, 0, edge, 0, 0, 0, 0, edge, 0]))
    let given = (0..<12).map(Double.init)
    var values = given
    GaussianSmoothing(fwhm: 6, grid: tiny).apply(to: &values)
    #expect(edge > 1 ? values == given : values.allSatisfy { abs($0 - 5.5) < 1e-12 })
  }

  @Test func constantsStayAndMissingVoxelsDoNotSpread() {
    var values = [Double](repeating: 3, count: grid.count)
    values[100] = .nan
    GaussianSmoothing(fwhm: 6, grid: grid).apply(to: &values)
    #expect(values[100].isNaN)
    #expect(values.indices.allSatisfy { $0 == 100 || abs(values[$0] - 3) < 1e-12 })
  }
}
