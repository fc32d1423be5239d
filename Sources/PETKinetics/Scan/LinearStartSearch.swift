package import PETCore

/// t* found by a rule.
enum LinearStartSearch {
  /// Frames that a straight line is judged on at least.
  static let leastFrames = 5

  /// The earliest frame from which, in nine regions of ten, no residual is above `limit` of the largest term of its
  /// equation.
  ///
  /// - Returns: t* in s, and the largest such residual of each region there.
  static func find(
    _ model: any KineticModel.Type, table: CurveTable, input: ScanInput, leftOut: [Int], limit: Double
  ) throws(PETError) -> (start: Double, largest: [Double], findings: [Finding]) {
    let middles = table.frames.midpoints
    let counted = input.usedWeights().indices.filter { input.usedWeights()[$0] > 0 }
    guard counted.count >= leastFrames else {
      throw PETError(
        .wrongInput, field: "t*", "\(counted.count) frames are too few to find t*", remedy: "give --tstar in min")
    }
    var last: (start: Double, largest: [Double])?
    for first in counted.dropLast(leastFrames - 1) {
      var trial = input
      trial.linearStart = middles[first]
      let largest: [Double]
      do throws(PETError) { largest = try residuals(model, table: table, input: trial) } catch {
        // A plot that divides by an input without activity yet begins later.
        if first == counted[counted.count - leastFrames] { throw error }
        continue
      }
      let judged = table.names.indices.filter { !leftOut.contains($0) && largest[$0].isFinite }
      last = (middles[first], largest)
      if !judged.isEmpty, judged.count(where: { largest[$0] <= limit }) * 10 >= judged.count * 9 {
        return (middles[first], largest, [])
      }
    }
    guard let last else {
      throw PETError(.wrongInput, field: "t*", "no frame serves as t*", remedy: "give --tstar in min")
    }
    return (
      last.start, last.largest,
      [
        Finding(
          .warning, .tstarNotFound, field: "t*", value: NumberText.short(last.start / 60),
          "no t* keeps every residual of nine regions in ten within \(NumberText.short(100 * limit)) %",
          remedy: "the last \(leastFrames) frames are used")
      ]
    )
  }

  private static func residuals(_ model: any KineticModel.Type, table: CurveTable, input: ScanInput) throws(PETError)
    -> [Double]
  {
    func open<Model: KineticModel>(_: Model.Type) throws(PETError) -> [Double] {
      let kernel = try Model.kernel(for: input)
      return table.curves.map { curve in
        var estimates = [Double](repeating: .nan, count: Model.card.parameters.count)
        guard curve.allSatisfy(\.isFinite) else { return .nan }
        var span = estimates.mutableSpan
        guard kernel.fit(curve.span, into: &span).hasEstimates else { return .nan }
        let fit = kernel.linearization(curve, at: estimates)
        return fit.weights.indices.reduce(0) { largest, i in
          fit.weights[i] > 0
            ? max(largest, abs((fit.observed[i] - fit.predicted[i]) / (fit.largestTerm ?? fit.observed)[i])) : largest
        }
      }
    }
    return try open(model)
  }
}

extension Finding.Code {
  package static let tstarNotFound = Finding.Code("tstar-not-found")
}
