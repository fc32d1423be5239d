import Foundation
import PETCore
import PETImaging
import Testing

@testable import PETRegistration

struct PointSpreadTests {
  /// Integrals of a Gaussian over voxels; of the whole nothing is lost.
  @Test(arguments: [(2.0, 1.0), (1.1, 2), (4, 0.7)]) func kernels(sigma: Double, step: Double) {
    let kernel = PointSpread.kernel(sigma: sigma, step: step)
    #expect(abs(2 * kernel.reduce(0, +) - kernel[0] - 1) < 1e-14)
    for (k, weight) in kernel.enumerated() {
      #expect(abs(weight - Phantom.weight(Double(k), width: sigma / step * 2.0.squareRoot())) < 1e-4)
    }
  }

  /// The axis of the scan, wherever the labels have it.
  @Test func axes() throws {
    let spread = try PointSpread(inPlane: 6, axial: 4)
    let fwhm = (8 * 0.6931471805599453).squareRoot()
    func grid(_ rows: [Double]) -> Grid { Grid(nx: 2, ny: 2, nz: 2, affine: Affine(rows: rows)) }
    let scan = grid([2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0])
    // FreeSurfer's: x to the left, y down, z to the front.
    let labels = grid([-1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0])
    #expect(spread.sigmas(along: labels, scan: scan, pose: nil).map { ($0 * fwhm * 1e9).rounded() / 1e9 } == [6, 4, 6])
    let c = 0.5.squareRoot()
    let turned = spread.sigmas(along: scan, scan: scan, pose: Affine(rows: [1, 0, 0, 0, 0, c, -c, 0, 0, c, c, 0]))
    #expect(abs(turned[1] * fwhm - 26.0.squareRoot()) < 1e-9 && abs(turned[2] - turned[1]) < 1e-12)
    // Labels of an atlas that is a quarter larger than the head; a scan that is stored with its axis first.
    let larger = spread.sigmas(
      along: scan, scan: scan, pose: Affine(rows: [1.25, 0, 0, 0, 0, 1.25, 0, 0, 0, 0, 1.25, 0]))
    #expect(larger.map { ($0 * fwhm * 1e9).rounded() / 1e9 } == [7.5, 7.5, 5])
    let stored = grid([0, 2, 0, 0, 0, 0, 2, 0, 3, 0, 0, 0])
    #expect(spread.sigmas(along: scan, scan: stored, pose: nil).map { ($0 * fwhm * 1e9).rounded() / 1e9 } == [6, 6, 4])
  }

  @Test(arguments: [0, -6, 0.5, 40, .nan, .infinity]) func whatIsNoResolution(fwhm: Double) {
    let error = #expect(throws: PETError.self) { try PointSpread(fwhm: fwhm) }
    #expect(error?.field == "fwhm")
  }
}
