import Foundation
import PETBinding
import PETCore
import PETImaging
import PETMaps
import Testing

/// Student's factor of two errors with freedoms of their own, as the sets of a balance map have it.
struct JointFreedomTests {
  private static func map(
    _ a: [(value: Float, error: Float)], _ b: [(value: Float, error: Float)], _ freedom: (Double?, Double?)
  ) -> BalanceMap {
    let mask = VoxelMask(
      grid: Grid(nx: a.count, ny: 1, nz: 1, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0])),
      offsets: a.indices.map(Int32.init), rule: "all")
    return BalanceMap(
      numerator: BindingMap(values: a.map(\.value), errors: a.map(\.error), freedom: freedom.0),
      denominator: BindingMap(values: b.map(\.value), errors: b.map(\.error), freedom: freedom.1), mask: mask,
      settings: BalanceSettings())
  }

  /// Welch's ν = (va + r² vb)² / (va²/νa + r⁴ vb²/νb), whose quantile makes Fieller's set.
  ///
  /// Float maps have 1e-7; the table of 512 steps is within 1e-4 of the factor, and a set's ends move with it.
  @Test(arguments: [(8.0, 20.0), (3, 3), (30, 5)])
  func welch(first: Double, second: Double) {
    let a: [(value: Float, error: Float)] = [(2, 0.2), (2, 0.01), (2, 0.2), (1, 0.1)]
    let b: [(value: Float, error: Float)] = [(1, 0.05), (1, 0.1), (1, 0.001), (3, 0.3)]
    let map = Self.map(a, b, (first, second))
    for i in a.indices {
      let (x, y) = (
        Estimate(Double(a[i].value), standardError: Double(a[i].error)),
        Estimate(Double(b[i].value), standardError: Double(b[i].error))
      )
      let r = x.value / y.value
      let (va, vb) = (x.standardError * x.standardError, r * r * y.standardError * y.standardError)
      let freedom = (va + vb) * (va + vb) / (va * va / first + vb * vb / second)
      #expect(freedom >= min(first, second) * (1 - 1e-6) && freedom <= (first + second) * (1 + 1e-6))
      let set = FiellerSet(x, over: y, quantile: Quantile.twoSided(level: 0.95, degreesOfFreedom: freedom))
      #expect(abs(Double(map.low[i]) / set.low - 1) < 3e-4 && abs(Double(map.high[i]) / set.high - 1) < 3e-4)
    }
  }

  /// Where one freedom is not known the normal factor holds.
  @Test(arguments: [(nil as Double?, 8.0 as Double?), (8, nil), (nil, nil), (0, 8)])
  func unknownFreedom(first: Double?, second: Double?) {
    let map = Self.map([(2, 0.2)], [(1, 0.05)], (first, second))
    let set = FiellerSet(
      Estimate(2, standardError: Double(Float(0.2))), over: Estimate(1, standardError: Double(Float(0.05))),
      quantile: 1.959963984540054)
    // Float maps have 1e-7.
    #expect(map.freedom == nil && abs(Double(map.low[0]) / set.low - 1) < 1e-6)
  }
}
