package import PETCore

/// Equilibrium analysis of a bolus with infusion: BPND = C_T/C_R - 1 over a window, and after a challenge again.
///
/// The first window is the baseline; with a second, later one the displacement is 1 - BPND(challenge)/BPND(baseline).
/// Errors come from the scatter of the frames of each window. Source: Carson et al. 1993, doi:10.1038/jcbfm.1993.6;
/// challenge: Carson et al. 1997, J Cereb Blood Flow Metab 17:437-447.
package struct Equilibrium: KineticModel {
  package static let card = ModelCard(
    id: "Equilibrium", title: "Equilibrium analysis of bolus with infusion", needs: [.referenceCurve, .window],
    parameters: [
      StandardParameters.named("BPND"),
      .init("BPNDchallenge", "BPND over the window after the challenge", .unitless, in: -0.99...100, typical: 1.2),
      .init("displacement", "1 - BPNDchallenge/BPND", .unitless, in: -10...1.99, typical: 0.2, fitted: false),
    ],
    outcome: "BPND",
    references: [.carson1993, .carson1997],
    sentence: "Binding potential was estimated at equilibrium as the ratio of target to reference less one, before and "
      + "after the challenge.",
    errors: "From the scatter of the frames in each window; n/a for one frame.")

  package static func kernel(for input: ScanInput) throws(PETError) -> Kernel { try Kernel(input) }

  package struct Kernel: FitKernel {
    package let weights: [Double]
    private let before: [Double]
    private let after: [Double]?
    private let reference: [Double]

    init(_ input: ScanInput) throws(PETError) {
      reference = try input.requiredReference(card).values
      let before = try input.overlap(try input.requiredWindow(card), "window")
      let after = try input.challenge.map { window throws(PETError) in try input.overlap(window, "challenge") }
      self.before = before
      self.after = after
      weights = before.indices.map { before[$0] + (after?[$0] ?? 0) }
      try input.check(card, used: before, parameters: 0)
      if let after {
        try input.check(card, used: after, parameters: 0)
        if before.indices.contains(where: { before[$0] > 0 && after[$0] > 0 }) {
          throw PETError(
            .wrongInput, field: "challenge", "a frame lies in both windows", remedy: "choose windows that do not touch")
        }
      }
      for window in [before, after].compactMap({ $0 }) where zip(window, reference).reduce(0, { $0 + $1.0 * $1.1 }) <= 0
      {
        throw PETError(
          .wrongInput, field: "reference", "the reference has no activity in a window", remedy: "choose another")
      }
    }

    private func ratio(_ window: [Double], _ value: (Int) -> Double) -> Double {
      var target = 0.0
      var other = 0.0
      for i in window.indices where window[i] > 0 {
        target += window[i] * value(i)
        other += window[i] * reference[i]
      }
      return target / other
    }

    package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
      estimates[0] = ratio(before) { curve[$0] } - 1
      if let after {
        estimates[1] = ratio(after) { curve[$0] } - 1
        estimates[2] = 1 - estimates[1] / estimates[0]
      }
      return .converged
    }

    package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
      let n = weights.count
      func column(_ window: [Double]) -> [Double] { (0..<n).map { window[$0] > 0 ? reference[$0] : 0 } }
      let predicted = (0..<n).map { i in
        reference[i] * (1 + (after.map { $0[i] > 0 } ?? false ? estimates[1] : estimates[0]))
      }
      let (first, second) = (estimates[0], estimates[1])
      return Linearization(
        predicted: predicted, observed: curve,
        weights: (0..<n).map { weights[$0] > 0 && reference[$0] > 0 ? weights[$0] / reference[$0] : 0 },
        design: Matrix(columns: [column(before)] + (after.map { [column($0)] } ?? [])),
        outcome: after == nil
          ? Matrix(rows: [[1], [0], [0]])
          : Matrix(rows: [[1, 0], [0, 1], [second / (first * first), -1 / first]]))
    }
  }
}
