import Foundation
import PETBinding
import PETCore
import PETImaging
import PETMaps
import PETTestSupport
import Testing

/// The balance voxel by voxel.
struct BalanceMapTests {
  private func mask(_ count: Int) -> VoxelMask {
    VoxelMask(
      grid: Grid(nx: count, ny: 1, nz: 1, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0])),
      offsets: (0..<count).map(Int32.init), rule: "all")
  }

  /// Sets of 40,000 voxels with independent normal errors of known size hold the true ratio in 95 % (two binomial
  /// standard errors are 0.2 %), strong and weak denominators alike.
  @Test func setsHoldTheTrueRatio() {
    let count = 40_000
    var random = SeededGenerator(seed: 21)
    var (a, b): ([Float], [Float]) = ([], [])
    var truth: [Double] = []
    for i in 0..<count {
      let binding = 0.1 + 2 * Double(i) / Double(count)
      a.append(Float(1.2 + 0.15 * random.normal()))
      b.append(Float(binding + 0.2 * random.normal()))
      truth.append(1.2 / binding)
    }
    let map = BalanceMap(
      numerator: BindingMap(values: a, errors: Array(repeating: 0.15, count: count), freedom: nil),
      denominator: BindingMap(values: b, errors: Array(repeating: 0.2, count: count), freedom: nil), mask: mask(count),
      settings: BalanceSettings(), jobs: 2)
    var covered = 0
    for i in 0..<count {
      let (low, high) = (Double(map.low[i]), Double(map.high[i]))
      if low <= high ? truth[i] >= low && truth[i] <= high : truth[i] <= high || truth[i] >= low { covered += 1 }
      #expect(map.ratio[i].isNaN == (map.statuses[i] == .denominatorIndistinct))
    }
    let share = Double(covered) / Double(count)
    #expect(abs(share - 0.95) < 0.004, "\(share)")
    #expect((map.counts[.denominatorIndistinct] ?? 0) > 1000)
  }

  @Test func everyVoxelHasAReason() {
    let values: [(Float, Float, Float, Float, BalanceStatus)] = [
      (2, 0.1, 1, 0.1, .ok), (2, 0.1, 0.03, 0.001, .denominatorBelowFloor), (2, 0.1, 0.1, 0.2, .denominatorIndistinct),
      (2, 0.1, -1, 0.1, .denominatorIndistinct), (-1, 0.1, 1, 0.1, .numeratorNonpositive),
      (.nan, 0.1, 1, 0.1, .noBinding),
      (2, .nan, 1, 0.1, .errorUnknown),
    ]
    func map(withErrors: Bool) -> BalanceMap {
      BalanceMap(
        numerator: BindingMap(values: values.map(\.0), errors: withErrors ? values.map(\.1) : [], freedom: 30),
        denominator: BindingMap(values: values.map(\.2), errors: withErrors ? values.map(\.3) : [], freedom: 30),
        mask: mask(values.count), settings: BalanceSettings())
    }
    let tested = map(withErrors: true)
    #expect(tested.statuses == values.map(\.4))
    #expect(tested.ratio[0] == 2 && tested.ratio[1].isFinite && tested.ratio[2].isNaN && tested.ratio[4] == -1)
    #expect(tested.logRatio[4].isNaN && abs(tested.logRatio[0] - Float(log(2.0))) < 1e-6)
    #expect(tested.low[6] == -.infinity && tested.high[6] == .infinity && tested.ratio[6].isNaN)
    // Without errors nothing tells whether a small denominator is one: no ratio below the floor.
    let plain = map(withErrors: false)
    #expect(plain.ratio[0] == 2 && plain.ratio[1].isNaN && plain.ratio[2] == 20 && plain.low.allSatisfy(\.isNaN))
  }

  /// Welch's degrees of freedom: both maps alike have the sum, one alone its own.
  @Test func freedomIsJoint() {
    func width(_ a: Float, _ b: Float) -> Double {
      let map = BalanceMap(
        numerator: BindingMap(values: [1], errors: [a], freedom: 10),
        denominator: BindingMap(values: [1], errors: [b], freedom: 10), mask: mask(1), settings: BalanceSettings())
      return (Double(map.high[0]) - Double(map.low[0])) / 2
    }
    // For small errors the half width is the factor times sqrt(va + vb).
    let alike = width(1e-3, 1e-3) / (1e-3 * 2.0.squareRoot())
    #expect(abs(alike / Quantile.twoSided(level: 0.95, degreesOfFreedom: 20) - 1) < 1e-4)
    let alone = width(1e-3, 1e-7) / 1e-3
    #expect(abs(alone / Quantile.twoSided(level: 0.95, degreesOfFreedom: 10) - 1) < 1e-4)
  }

  /// A map on another grid is interpolated; 0 is outside a map.
  @Test func otherGridsAreInterpolated() throws {
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    raw.dims = [3, 4, 4, 4, 1, 1, 1, 1]
    raw.sform = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]
    // A value that is linear in x, but for one voxel outside.
    var values = (0..<64).map { 1 + Double($0 % 4) }
    values[63] = 0
    raw.store(values, as: 16)
    let path = try folder.write("map.nii", raw.data)
    let grid = Grid(nx: 3, ny: 3, nz: 3, affine: Affine(rows: [2, 0, 0, 0.5, 0, 2, 0, 1, 0, 0, 2, 0]))
    let mask = VoxelMask(grid: grid, offsets: [0, 1, 2, 26], rule: "some")
    let map = try BindingMap(path: path, errors: nil, freedom: nil, measure: nil, at: mask)
    #expect(map.isResampled)
    for (i, expected) in [1.25, 2.25, 3.25].enumerated() { #expect(abs(Double(map.values[i]) - expected) < 1e-6) }
    let own = VoxelMask(
      grid: Grid(nx: 4, ny: 4, nz: 4, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0])), offsets: [0, 63],
      rule: "ends")
    let same = try BindingMap(path: path, errors: nil, freedom: nil, measure: nil, at: own)
    #expect(!same.isResampled && same.values[0] == 1 && same.values[1].isNaN)
  }
}
