import Foundation
package import PETCore

/// Linear parametric neurotransmitter PET: MRTM with a transient release of the transmitter during the scan.
///
/// C_T = R1 C_R + k2 ∫C_R - k2a ∫C_T - γ ∫C_T h, h(t) = u^α exp(α (1 - u)) with u = (t - tD)/(tP - tD) for t > tD: release
/// begins at tD and peaks at tP. tD, tP (every 5 min, tD from 10 min after injection to 15 min before the end unless
/// bounded otherwise) and α (0.25, 1, 4) are searched on a grid; γ ≥ 0. F compares the fit with MRTM of the same
/// frames (4 further parameters against n - 7 degrees of freedom).
/// Source: Normandin, Schiffer and Morris 2012, doi:10.1016/j.neuroimage.2011.07.002.
package struct LpntPET: KineticModel {
  package static let card = ModelCard(
    id: "lpntPET", title: "Linear parametric neurotransmitter PET", needs: [.referenceCurve],
    parameters: [
      StandardParameters.named("BPND"), StandardParameters.named("R1"), StandardParameters.named("k2"),
      StandardParameters.named("k2a"),
      .init("gamma", "amplitude of the release", .perMinute, in: 0...1.0 / 60, typical: 0.01 / 60),
      .init("tD", "onset of the release", .minutes, in: 0...36_000, typical: 2100, fitted: false),
      .init("tP", "peak of the release", .minutes, in: 0...36_000, typical: 2700, fitted: false),
      .init("alpha", "sharpness of the release", .unitless, in: 0...10, typical: 1, fitted: false),
      .init(
        "F", "F statistic against MRTM1", .unitless, in: 0...Double.greatestFiniteMagnitude, typical: 3, fitted: false),
      .init("p", "probability of so large an F without release", .unitless, in: 0...1, typical: 0.5, fitted: false),
    ],
    outcome: "gamma", references: [.normandin2012],
    sentence: "Release of the endogenous transmitter during the scan was estimated with the linear parametric "
      + "neurotransmitter model and tested against its absence by an F test.",
    errors: LinearErrors.carried + " They suppose onset, peak and sharpness known. Of 300 simulated curves without "
      + "release 4 % passed the F test at 5 %.")

  package static func kernel(for input: ScanInput) throws(PETError) -> Kernel { try Kernel(input) }

  /// One shape of release, with the moments of h over each stretch of the curve.
  private struct Release: Sendable {
    let onset: Double
    let peak: Double
    let sharpness: Double
    /// ∫ h s^m over each segment, m = 0…3.
    let moments: [Double]

    init(onset: Double, peak: Double, sharpness: Double, grid: SegmentGrid) {
      self.onset = onset
      self.peak = peak
      self.sharpness = sharpness
      var moments: [Double] = []
      var start = 0.0
      for segment in grid.segments {
        var sums: InlineArray<4, Double> = .init(repeating: 0)
        let from = max(0, onset - start)
        // Panels that grow away from the onset, where u^α has no derivative.
        var low = from
        var width = start + from <= onset ? (segment.length - from) / 64 : segment.length - from
        while low < segment.length {
          let high = min(low + width, segment.length)
          for (node, weight) in Self.gauss {
            let s = (low + high) / 2 + node * (high - low) / 2
            let u = (start + s - onset) / (peak - onset)
            let h = u > 0 ? pow(u, sharpness) * exp(sharpness * (1 - u)) : 0
            var power = weight * (high - low) / 2 * h
            for m in 0..<4 {
              sums[m] += power
              power *= s
            }
          }
          low = high
          width *= 2
        }
        for m in 0..<4 { moments.append(sums[m]) }
        start += segment.length
      }
      self.moments = moments
    }

    /// Five-point Gauss-Legendre nodes and weights on (-1, 1).
    private static let gauss: [(Double, Double)] = {
      let inner = (5 - 2 * (10.0 / 7).squareRoot()).squareRoot() / 3
      let outer = (5 + 2 * (10.0 / 7).squareRoot()).squareRoot() / 3
      let wide = (322 - 13 * 70.0.squareRoot()) / 900
      let narrow = (322 + 13 * 70.0.squareRoot()) / 900
      return [(-outer, wide), (-inner, narrow), (0, 128.0 / 225), (inner, narrow), (outer, wide)]
    }()

    /// ∫0^t C h as the frames see it.
    func integral(_ curve: SegmentedCurve) -> [Double] {
      var observed = [Double](repeating: 0, count: curve.grid.frameCount)
      var sum = 0.0
      for (j, segment) in curve.grid.segments.enumerated() {
        let (a, b, c) = (curve.constant[j], curve.linear[j], curve.curvature(j))
        let whole = a * moments[4 * j] + b * moments[4 * j + 1] + c * moments[4 * j + 2]
        let weighted = a * moments[4 * j + 1] + b * moments[4 * j + 2] + c * moments[4 * j + 3]
        if segment.frame >= 0 {
          switch curve.grid.sampling {
          case .average: observed[segment.frame] += segment.share * (sum + whole - weighted / segment.length)
          case .midpoint: observed[segment.frame] = sum + whole
          }
        }
        sum += whole
      }
      return observed
    }
  }

  package struct Kernel: FitKernel {
    package let weights: [Double]
    private let tissue: ReferenceTissue
    private let integral: Matrix
    private let referenceIntegral: [Double]
    private let releases: [Release]
    /// Bounds of R1, k2, k2a and γ: a shape whose best fit leaves them is no candidate.
    private let bounds: [ClosedRange<Double>]

    init(_ input: ScanInput) throws(PETError) {
      weights = input.usedWeights()
      try input.check(card, used: weights, parameters: 7)
      tissue = try ReferenceTissue(input, card)
      integral = tissue.integralOperator
      referenceIntegral = tissue.curve.observedIntegral()
      bounds = ["R1", "k2", "k2a", "gamma"].map { card.bounds($0, in: input) }
      let end = input.frames.ends.last ?? 0
      let onsets = Self.places(input.bounds["tD"] ?? max(600, 0.1 * end)...max(601, end - 900), every: 300)
      var releases: [Release] = []
      for onset in onsets {
        for peak in Self.places(input.bounds["tP"] ?? onset + 300...end, every: 300) where peak > onset {
          for sharpness in [0.25, 1, 4] {
            releases.append(
              Release(onset: onset, peak: peak, sharpness: sharpness, grid: tissue.reconstruction.grid))
          }
        }
      }
      guard !releases.isEmpty else {
        throw PETError(
          .wrongInput, field: "tD", "no onset and peak of a release lie within the scan",
          remedy: "widen --bounds tD and tP, or use a longer scan")
      }
      self.releases = releases
    }

    private static func places(_ range: ClosedRange<Double>, every step: Double) -> [Double] {
      Array(stride(from: range.lowerBound, through: range.upperBound + 1e-6, by: step))
    }

    private func isAllowed(_ b: InlineArray<4, Double>) -> Bool {
      for k in 0..<4 where !bounds[k].contains(b[k]) { return false }
      return true
    }

    private typealias Solution = (b: InlineArray<4, Double>, sum: Double)

    private func solve(_ columns: [Double], unknowns: Int, _ data: [Double]) -> Solution? {
      let n = data.count
      var b: InlineArray<4, Double> = .init(repeating: 0)
      let solved = columns.withUnsafeBufferPointer { columns in
        weights.withUnsafeBufferPointer { weights in
          data.withUnsafeBufferPointer {
            SmallLeastSquares.solve(columns: columns, unknowns: unknowns, weights: weights, data: $0, into: &b)
          }
        }
      }
      guard solved else { return nil }
      var sum = 0.0
      for i in 0..<n {
        var residual = data[i]
        for k in 0..<unknowns { residual -= b[k] * columns[k * n + i] }
        sum += weights[i] * residual * residual
      }
      return (b, sum)
    }

    package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
      let data = (0..<curve.count).map { curve[$0] }
      let running = (integral * Matrix(columns: [data])).values
      let common = tissue.values + referenceIntegral + running.map { -$0 }
      guard let without = solve(common, unknowns: 3, data) else { return .singular }
      let target = tissue.reconstruction.curve(data)
      var best: (release: Release, solution: Solution)?
      for release in releases {
        let columns = common + release.integral(target).map { -$0 }
        guard let solution = solve(columns, unknowns: 4, data), isAllowed(solution.b) else { continue }
        if solution.sum < best?.solution.sum ?? .infinity { best = (release, solution) }
      }
      let b = best?.solution.b ?? without.b
      let sum = min(best?.solution.sum ?? without.sum, without.sum)
      let freedom = Double(weights.count { $0 > 0 } - 7)
      let f = (without.sum - sum) / 4 / (sum / freedom)
      estimates[0] = b[1] / b[2] - 1
      estimates[1] = b[0]
      estimates[2] = b[1]
      estimates[3] = b[2]
      estimates[4] = best == nil ? 0 : b[3]
      estimates[5] = best?.release.onset ?? .nan
      estimates[6] = best?.release.peak ?? .nan
      estimates[7] = best?.release.sharpness ?? .nan
      estimates[8] = f
      estimates[9] = Distribution.upperF(f, 4, freedom)
      return best == nil ? .atBound : .converged
    }

    package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
      let n = weights.count
      let (r1, k2, k2a, gamma) = (estimates[1], estimates[2], estimates[3], estimates[4])
      let running = (integral * Matrix(columns: [curve])).values
      var columns = [tissue.values, referenceIntegral, running.map { -$0 }]
      var data = Matrix.identity(n) + k2a * integral
      let release = releases.first {
        $0.onset == estimates[5] && $0.peak == estimates[6] && $0.sharpness == estimates[7]
      }
      if let release {
        columns.append(release.integral(tissue.reconstruction.curve(curve)).map { -$0 })
        data = data + gamma * tissue.reconstruction.matrix(of: release.integral)
      }
      let coefficients = [r1, k2, k2a, gamma]
      let rows = [
        [0, 1 / k2a, -k2 / (k2a * k2a), 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1],
      ]
      var outcome = Matrix(rows: rows + (0..<5).map { _ in [0, 0, 0, 0] })
      if release == nil { outcome = outcome.keepingColumns([0, 1, 2]) }
      return Linearization(
        predicted: (0..<n).map { i in columns.indices.reduce(0) { $0 + coefficients[$1] * columns[$1][i] } },
        observed: curve, weights: weights, design: Matrix(columns: columns), dataOperator: data,
        referenceOperator: tissue.carriesNoise ? r1 * Matrix.identity(n) + k2 * integral : nil, outcome: outcome,
        searched: 3)
    }
  }
}
