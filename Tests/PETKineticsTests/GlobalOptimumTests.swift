import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// The product's answer against the best of 200 random starts of a general solver, on noisy curves.
struct GlobalOptimumTests {
  private static let curves = ProcessInfo.processInfo.environment["PETBALANCE_FULL"] == nil ? 25 : 1000
  private static let starts = 200

  /// A kernel as a least-squares problem in the unknowns that its design is written in.
  private struct Problem<Kernel: FitKernel>: LeastSquaresProblem {
    let kernel: Kernel
    let curve: [Double]
    let unknowns: Int
    let parameters: @Sendable ([Double]) -> [Double]
    var observations: Int { curve.count }

    func evaluate(
      _ point: UnsafeBufferPointer<Double>, residuals: UnsafeMutableBufferPointer<Double>,
      jacobian: UnsafeMutableBufferPointer<Double>
    ) {
      let fit = kernel.linearization(curve, at: parameters(Array(point)))
      let columns = fit.designColumns
      for i in curve.indices {
        let root = kernel.weights[i].squareRoot()
        residuals[i] = root * (fit.predicted[i] - curve[i])
        for j in 0..<unknowns { jacobian[j * curve.count + i] = root * columns[j][i] }
      }
    }
  }

  private static func check<Model: KineticModel>(
    _: Model.Type, input: ScanInput, exact: [[Double]], bounds: [ClosedRange<Double>],
    parameters: @escaping @Sendable ([Double]) -> [Double]
  ) throws {
    let kernel = try Model.kernel(for: input)
    var random = SeededGenerator(seed: 51)
    let search = LevenbergMarquardt(lower: bounds.map(\.lowerBound), upper: bounds.map(\.upperBound), mostRounds: 60)
    var worst = 0.0
    for number in 0..<curves {
      let level = [0.1, 0.5, 1.5][number % 3]
      let curve = exact[number % exact.count].map { $0 + level * random.normal() }
      let own = CurveFit(Model.card, kernel: kernel, curve: curve, region: "", input: input).residualSum
      var problem = Problem(kernel: kernel, curve: curve, unknowns: bounds.count, parameters: parameters)
      var best = Double.infinity
      for _ in 0..<starts {
        // Rates span decades: their starts are drawn in the logarithm.
        var point = bounds.map { range in
          let low = max(range.lowerBound, 1e-3 * range.upperBound)
          return low * pow(range.upperBound / low, random.uniform())
        }
        best = min(best, point.withUnsafeMutableBufferPointer { search.minimise(&problem, from: $0).sum })
      }
      worst = max(worst, own / best - 1)
    }
    print("global optimum", Model.card.id, worst)
    #expect(worst < 1e-9)
  }

  @Test func srtm() throws {
    let scan = try ReferenceScan()
    let exact = [(0.3, 0.8), (1.5, 0.95), (3, 1.1)].map { scan.target(bpnd: $0.0, r1: $0.1, k2prime: 0.06) }
    // Unknowns: R1, 1 + BPND, k2a.
    try Self.check(
      SRTM.self, input: scan.input(), exact: exact, bounds: [0.01...10, 0.01...101, 1e-5...0.05],
      parameters: { [$0[1] - 1, $0[0], $0[1] * $0[2], $0[2], $0[1] * $0[2] / $0[0]] })
  }

  @Test func frtm() throws {
    let scan = try ReferenceScan()
    let exact =
      [(0.3, 0.8), (1.5, 0.95)].map { scan.target(bpnd: $0.0, r1: $0.1, k2prime: 0.06) }
      + [scan.twoTissue(k1: 0.3, k2: 0.15, k3: 0.06, k4: 0.03, vB: 0)]
    try Self.check(
      FRTM.self, input: scan.input(), exact: exact,
      bounds: [0.01...10, 1e-4 / 60...3.0 / 60, 0...2.0 / 60, 1e-4 / 60...2.0 / 60],
      parameters: { [$0[2] / $0[3]] + $0 })
  }

  @Test(arguments: ["1TCM", "2TCM", "2TCM3k"])
  func plasma(model: String) throws {
    let scan = try ReferenceScan()
    let exact = [(0.3, 0.06, 0.0, 0.0), (0.3, 0.15, 0.06, 0.03), (0.1, 0.12, 0.05, 0)].map {
      scan.twoTissue(k1: $0.0, k2: $0.1, k3: $0.2, k4: $0.3, vB: 0.05)
    }
    var input = try scan.input()
    input.plasma = try scan.plasmaInput()
    let all: [ClosedRange<Double>] = [
      1e-4 / 60...3.0 / 60, 1e-4 / 60...3.0 / 60, 0...2.0 / 60, 1e-4 / 60...2.0 / 60, 0...0.5,
    ]
    func open<Model: KineticModel>(_ model: Model.Type) throws {
      let symbols = ["K1", "k2", "k3", "k4", "vB"].filter { model.card.index(of: $0) != nil }
      let places = symbols.compactMap { model.card.index(of: $0) }
      let bounds = zip(["K1", "k2", "k3", "k4", "vB"], all).filter { symbols.contains($0.0) }.map(\.1)
      let count = model.card.parameters.count
      try Self.check(model, input: input, exact: exact, bounds: bounds) { point in
        var values = [Double](repeating: 0, count: count)
        for (place, value) in zip(places, point) { values[place] = value }
        return values
      }
    }
    try open(try ModelCatalogue.named(model))
  }
}
