import Foundation
import PETImaging
import Testing

@testable import PETSimulation

/// What a scanner that blurs sees of the phantom.
struct BlurredRegionsTests {
  /// Nothing is lost and nothing is made: the shares of a region hold its volume, those of a voxel inside the head sum to 1.
  @Test(arguments: [(0.0, 0.0), (8, 0), (8, 0.2)]) func volumes(fwhm: Double, tail: Double) throws {
    let phantom = Phantom(.tiny, factor: 2, isWhole: true)
    let blurred = BlurredRegions(phantom, fwhm: fwhm, tail: tail)
    #expect(blurred.shares.count == 18 + 3)
    for label: Int32 in [5, 6, 17, 18] {
      let sum = (blurred.shares[label] ?? []).reduce(0.0) { $0 + Double($1) } * 8
      let own = Double(phantom.labels.count { $0 == label })
      #expect(abs(sum / own - 1) < 1e-4, "\(label) \(sum) \(own)")
    }
    let middle = phantom.grid.nx / 2 + phantom.grid.nx * (phantom.grid.ny / 2 + phantom.grid.ny * (phantom.grid.nz / 2))
    let whole = blurred.shares.values.reduce(0.0) { $0 + Double($1[middle]) }
    #expect(abs(whole - 1) < (tail > 0 ? 1e-3 : 1e-5), "\(whole)")
    // The standard deviation of a blurred nucleus along an axis is that of both.
    guard fwhm > 0, tail == 0 else { return }
    func spread(_ values: [Double], _ edge: Double, _ count: (Int, Int, Int)) -> Double {
      var (sum, first, second) = (0.0, 0.0, 0.0)
      for (at, value) in values.enumerated() {
        let x = Double(at % count.0) * edge
        (sum, first, second) = (sum + value, first + value * x, second + value * x * x)
      }
      return second / sum - (first / sum) * (first / sum)
    }
    let (grid, fine) = (phantom.grid, phantom.labelGrid)
    let seen = spread((blurred.shares[18] ?? []).map(Double.init), 7, (grid.nx, grid.ny, grid.nz))
    let own = spread(phantom.labels.map { $0 == 18 ? 1 : 0 }, 3.5, (fine.nx, fine.ny, fine.nz))
    // A Gaussian's, and those of the voxels of scan and labels.
    let gaussian: Double = fwhm * fwhm / (8 * 0.6931471805599453)
    let variance = gaussian + 49.0 / 12 + 3.5 * 3.5 / 12
    #expect(abs(seen - own - variance) < 0.05 * variance, "\(seen) \(own) \(variance)")
  }

  /// No head is its mirror image, and what is around the brain has no label that is told.
  @Test func theWholeHead() {
    let phantom = Phantom(.tiny, factor: 1, isWhole: true)
    let (left, right) = (phantom.labels.count { $0 == 7 }, phantom.labels.count { $0 == 8 })
    #expect(right > left && Set(phantom.told).isSuperset(of: [0, 1, 18]) && phantom.told.allSatisfy { $0 < 100 })
    #expect(Set(phantom.labels).isSuperset(of: [Phantom.fluid, Phantom.skull, Phantom.skin]))
    #expect(!phantom.scalp.contains(true))
  }

  /// Binding that differs inside regions: of the SD that was asked for, of mean 0 in each of them, and alike for one seed.
  @Test func variation() throws {
    let phantom = Phantom(.tiny, factor: 2)
    let field = BlurredRegions.variation(phantom, sd: 0.1, seed: 3)
    #expect(field == BlurredRegions.variation(phantom, sd: 0.1, seed: 3))
    #expect(field != BlurredRegions.variation(phantom, sd: 0.1, seed: 4))
    for label: Int32 in [2, 3, 5, 17] {
      let own = field.indices.filter { phantom.labels[$0] == label }.map { Double(field[$0]) }
      #expect(abs(own.reduce(0, +) / Double(own.count)) < 1e-6, "\(label)")
    }
    let inside = field.indices.filter { phantom.labels[$0] != 0 }.map { Double(field[$0]) }
    let spread = (inside.reduce(0) { $0 + $1 * $1 } / Double(inside.count)).squareRoot()
    #expect(spread > 0.07 && spread < 0.13, "\(spread)")
    // The first moment of a region is that of its field, whatever the blur.
    let blurred = BlurredRegions(phantom, fwhm: 8, tail: 0, variation: field)
    let (first, second) = try #require(blurred.moments[17])
    #expect(abs(first.reduce(0.0) { $0 + Double($1) }) < 1e-3)
    let squares = field.indices.filter { phantom.labels[$0] == 17 }.reduce(0.0) { $0 + Double(field[$1] * field[$1]) }
    #expect(abs(second.reduce(0.0) { $0 + Double($1) } * 8 / squares - 1) < 1e-3)
  }
}
