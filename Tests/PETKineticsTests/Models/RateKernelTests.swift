import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETKinetics

/// SRTM and SRTM2 where several bounds meet: what the curve asks for is beyond all of them.
struct RateKernelTests {
  private let scan: ReferenceScan

  init() throws { scan = try ReferenceScan() }

  private func fit(_ kernel: RateKernel, _ curve: [Double]) -> (status: FitStatus, values: [Double]) {
    var values = [Double](repeating: .nan, count: 5)
    var span = values.mutableSpan
    let status = kernel.fit(curve.span, into: &span)
    return (status, values)
  }

  /// The least sum of a walk over R1 and BPND, k2a being what a rule makes of them; nil where there is none.
  private func walk(
    _ input: ScanInput, _ curve: [Double], _ r1: [Double], _ bpnd: [Double],
    k2a: (_ r1: Double, _ bpnd: Double) -> Double?
  ) throws -> Double {
    let tissue = try ReferenceTissue(input, SRTM.card)
    let weights = input.usedWeights()
    var least = Double.infinity
    for r1 in r1 {
      for bpnd in bpnd {
        guard let rate = k2a(r1, bpnd) else { continue }
        let b = tissue.curve.observedConvolution(rate: rate)
        var sum = 0.0
        for i in curve.indices {
          let residual = curve[i] - r1 * tissue.values[i] - (1 + bpnd - r1) * rate * b[i]
          sum += weights[i] * residual * residual
        }
        least = min(least, sum)
      }
    }
    return least
  }

  /// With k2' known, R1 at its highest and BPND at its lowest are one k2a: no rate beyond it is a fit within the bounds.
  @Test func cornerOfR1AndBPND() throws {
    var input = try scan.input(k2prime: 0.001)
    input.bounds = ["BPND": 0...5, "R1": 0.5...1.1]
    let curve = scan.target(bpnd: -0.3, r1: 1.5, k2prime: 0.06)
    let kernel = try SRTM2.kernel(for: input)
    let (status, values) = fit(kernel, curve)
    #expect(
      status == .atBound && (0.5...1.1 + 1e-9).contains(values[1]) && (-1e-9...5).contains(values[0]), "\(values)")
    let least = try walk(
      input, curve, (0...12).map { 0.5 + 0.05 * Double($0) }, (0...10).map { 0.1 * Double($0) },
      k2a: { $0 * 0.001 / (1 + $1) })
    #expect(kernel.residualSum(curve) <= least * (1 + 1e-9))
  }

  /// k2 at its highest and BPND at its lowest: the best fit within the bounds is there, not at the far end of all rates.
  @Test(arguments: [(-0.2, 0.0008), (-0.3, 0.0006)])
  func cornerOfK2AndBPND(bpnd: Double, most: Double) throws {
    var input = try scan.input()
    input.bounds = ["BPND": 0...5, "k2": 0...most]
    let curve = scan.target(bpnd: bpnd, r1: 1, k2prime: 0.06)
    let kernel = try SRTM.kernel(for: input)
    let (status, values) = fit(kernel, curve)
    #expect(status == .atBound && values[2] <= most * (1 + 1e-9) && values[0] >= -1e-9, "\(values)")
    let shares = [0.05, 0.3, 0.6, 0.9, 1]
    for share in shares {
      let least = try walk(
        input, curve, (0...10).map { 0.6 + 0.1 * Double($0) }, [0, 0.2, 1, 3], k2a: { share * most / (1 + $1) })
      #expect(kernel.residualSum(curve) <= least * (1 + 1e-9), "\(share) \(values)")
    }
  }

  /// R1 and BPND both held with k2' known leave one k2a, and no unknown.
  @Test func nothingIsFree() throws {
    var input = try scan.input(k2prime: 0.001)
    input.bounds = ["BPND": 1.4...1.4, "R1": 0.9...0.9]
    let curve = scan.target(bpnd: 1.4, r1: 0.9, k2prime: 0.06)
    let (status, values) = fit(try SRTM2.kernel(for: input), curve)
    #expect(status == .converged && abs(values[3] / (0.9 * 0.001 / 2.4) - 1) < 1e-12, "\(values)")
    #expect(abs(values[0] - 1.4) < 1e-12 && abs(values[1] - 0.9) < 1e-12)
  }

  /// Bounds that contradict each other are told.
  @Test func boundsThatContradict() throws {
    var input = try scan.input(k2prime: 0.001)
    input.bounds = ["R1": 1...1.2, "BPND": 0...1, "k2a": 0.002...0.01]
    let error = #expect(throws: PETError.self) { try SRTM2.kernel(for: input) }
    #expect(error?.code == .wrongInput && error?.field == "bounds")
  }
}
