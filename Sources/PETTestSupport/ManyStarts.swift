import Foundation
package import PETCore
package import PETKinetics

/// The least residual sum that a general solver finds from many random starts: what a kernel's own search must reach.
package struct ManyStarts<Kernel: FitKernel> {
  private let kernel: Kernel
  private let bounds: [ClosedRange<Double>]
  private let parameters: ([Double]) -> [Double]
  private let search: LevenbergMarquardt

  /// - Parameters:
  ///   - bounds: of the unknowns that the kernel's design is written in.
  ///   - parameters: the card's parameters for values of these.
  package init(_ kernel: Kernel, bounds: [ClosedRange<Double>], parameters: @escaping ([Double]) -> [Double]) {
    self.kernel = kernel
    self.bounds = bounds
    self.parameters = parameters
    search = LevenbergMarquardt(lower: bounds.map(\.lowerBound), upper: bounds.map(\.upperBound), mostRounds: 60)
  }

  package func least(_ curve: [Double], starts: Int, _ random: inout SeededGenerator) -> Double {
    var problem = Problem(kernel: kernel, curve: curve, unknowns: bounds.count, parameters: parameters)
    var best = Double.infinity
    for _ in 0..<starts {
      // Rates span decades: their starts are drawn in the logarithm.
      var point = bounds.map { range in
        let low = max(range.lowerBound, 1e-4 * range.upperBound)
        return low * pow(range.upperBound / low, random.uniform())
      }
      best = min(best, point.withUnsafeMutableBufferPointer { search.minimise(&problem, from: $0).sum })
    }
    return best
  }

  private struct Problem: LeastSquaresProblem {
    let kernel: Kernel
    let curve: [Double]
    let unknowns: Int
    let parameters: ([Double]) -> [Double]
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
}

/// Compartment models by the unknowns that their cards hold.
package struct CompartmentUnknowns<Model: KineticModel> {
  package let symbols: [String]

  package init(_: Model.Type) {
    symbols = ["K1", "k2", "k3", "k4", "Kb", "vB"].filter { Model.card.index(of: $0) != nil }
  }

  /// Many starts within the bounds of an input; unknowns that it gives are not searched.
  package func manyStarts(_ input: ScanInput) throws(PETError) -> ManyStarts<Model.Kernel> {
    let card = Model.card
    let all = symbols.map { symbol -> ClosedRange<Double> in
      if symbol == "vB", case .fixed(let volume) = input.bloodVolume(card) { return volume...volume }
      return card.bounds(symbol, in: input)
    }
    let places = symbols.compactMap { card.index(of: $0) }
    let free = all.indices.filter { all[$0].lowerBound < all[$0].upperBound }
    return ManyStarts(try Model.kernel(for: input), bounds: free.map { all[$0] }) { point in
      var values = [Double](repeating: 0, count: card.parameters.count)
      for i in all.indices { values[places[i]] = all[i].lowerBound }
      for (i, value) in zip(free, point) { values[places[i]] = value }
      return values
    }
  }
}
