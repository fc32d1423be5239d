import Foundation
import PETCore
import PETImaging
import PETTestSupport
import Testing

@testable import PETRegistration

/// The matrix against its definition, summed voxel by voxel.
struct TransferMatrixTests {
  /// Labels of 2 mm on a grid that is turned against a scan of 3 mm.
  private static let labels = Grid(
    nx: 12, ny: 11, nz: 10,
    affine: Affine(rows: [1.9, -0.4, 0, -8, 0.4, 1.9, 0.1, -12, 0, 0.1, 2, -9]))
  private static let scan = Grid(
    nx: 14, ny: 14, nz: 12, affine: Affine(rows: [3, 0, 0, -20, 0, 3, 0, -20, 0, 0, 3, -18]))

  private static func weights() -> RegionWeights {
    var values = [Int32](repeating: 0, count: labels.count)
    for at in values.indices {
      let (i, j, k) = (at % 12, at / 12 % 11, at / 132)
      guard (2...9).contains(i), (2...8).contains(j), (2...7).contains(k) else { continue }
      values[at] = i < 5 ? 3 : j < 5 ? 8 : 5
    }
    return LabelImage(grid: labels, labels: values).weights
  }

  /// A scan with activity where labels are.
  private static let mean = (0..<scan.count).map { at -> Float in
    let (i, j, k) = (at % 14, at / 14 % 14, at / 196)
    return (3...10).contains(i) && (3...10).contains(j) && (3...9).contains(k) ? 1 : 0
  }

  private static func spread(_ spread: PointSpread, jobs: Int = 1) throws -> RegionSpread {
    try SurroundedLabels(weights(), on: scan, mean: mean, spread: spread).spreads(at: [nil], jobs: jobs)[0]
  }

  /// W_ij = sum a_i R_j / sum a_i with a_i = p_i R_i^2, and R_j by the products of three error functions for every pair of
  /// voxels: within 1e-4, as the kernel ends at 4 σ.
  @Test func definition() throws {
    let point = try PointSpread(fwhm: 5)
    let spread = try Self.spread(point)
    let transfer = TransferMatrix(spread, mean: Self.mean, jobs: 2)
    #expect(
      Array(transfer.regions.prefix(3)) == [3, 5, 8] && transfer.labelled == 3)
    for row in transfer.matrix { #expect(abs(row.reduce(0, +) - 1) < 1e-12) }

    var fine = try FineLabels(
      try #require(Self.weights().ownLabels), on: Self.labels, scan: Self.scan,
      margin: Surroundings.rim + 8 * point.largestSigma)
    let place = try FinePlace(fine.grid, pose: nil, scan: Self.scan)
    Surroundings.fill(&fine, at: place, mean: Self.mean, spread: point)
    #expect(fine.regions == transfer.regions)
    let sigmas = point.sigmas(along: fine.grid, scan: Self.scan, pose: nil)
    let edges = [fine.grid.voxelSize.0, fine.grid.voxelSize.1, fine.grid.voxelSize.2]
    let kernels = zip(sigmas, edges).map { sigma, edge in
      (0..<20).map { Phantom.weight(Double($0), width: sigma / edge * 2.0.squareRoot()) }
    }
    // Of labels alone; what surrounds them has too many pairs.
    let (p, r) = PairBlur.shares(
      places: fine.places.map { (1...3).contains($0) ? Int($0) : 0 }, size: (fine.grid.nx, fine.grid.ny),
      targets: place.targets.map { Int($0) }, voxels: Self.scan.count, regions: 3, kernels: kernels)
    for i in 0..<3 {
      let weights = zip(p[i], r[i]).map { $0 * $1 * $1 }
      for j in 0..<3 {
        let wanted = zip(weights, r[j]).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
        #expect(abs(transfer.matrix[i][j] - wanted) < 1e-4, "\(i) \(j) \(transfer.matrix[i][j]) \(wanted)")
      }
    }
  }

  /// What was measured of known activity gives it back, whatever it is.
  @Test func solvesWhatItMade() throws {
    let transfer = TransferMatrix(
      try Self.spread(try PointSpread(inPlane: 6, axial: 4)), mean: Self.mean, jobs: 1)
    let truth = transfer.regions.indices.map { Double($0 * $0) - 2 }
    let measured = transfer.matrix.map { row in zip(row, truth).reduce(0) { $0 + $1.0 * $1.1 } }
    let solved = try #require(transfer.solve(measured))
    #expect(zip(solved, truth).allSatisfy { abs($0 - $1) < 1e-9 }, "\(solved)")
    // Its condition by the extremes of |W v|.
    let condition = try #require(transfer.condition)
    #expect(condition > 1 && condition < 1000)
  }
}
