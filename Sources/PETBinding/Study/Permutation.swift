import PETCore

/// The p value of the last coefficient of a linear model by permutation (Freedman and Lane 1983,
/// doi:10.1080/07350015.1983.10509354; Winkler 2014, doi:10.1016/j.neuroimage.2014.01.060).
///
/// Residuals of the model without the coefficient are shuffled, or change signs where persons are their own controls;
/// the statistic is |t|. Regions with the same persons see the same shuffles.
struct Permutation {
  let probability: Double

  /// Up to this many persons all 2ⁿ sign changes are gone through.
  private static let mostEnumerated = 13

  init(_ model: LinearRegression, _ y: [Double], isPaired: Bool, count: Int, seed: UInt64) {
    let residuals = model.residualsWithoutLast(y)
    let direction = model.lastDirection
    let freedom = Double(model.freedom)
    /// t² of a response.
    func statistic(_ response: [Double]) -> Double {
      let rest = model.residualsWithoutLast(response)
      let share = LinearRegression.dot(direction, rest)
      let left = max(0, LinearRegression.dot(rest, rest) - share * share)
      return share * share * freedom / max(left, 1e-300)
    }
    let observed = statistic(residuals) * (1 - 1e-9)
    var beyond = 0
    if isPaired, residuals.count <= Self.mostEnumerated {
      let all = 1 << residuals.count
      for mask in 0..<all {
        let response = residuals.indices.map { mask >> $0 & 1 == 1 ? -residuals[$0] : residuals[$0] }
        if statistic(response) >= observed { beyond += 1 }
      }
      probability = Double(beyond) / Double(all)
      return
    }
    var random = SeededGenerator(seed: seed)
    var response = residuals
    for _ in 0..<count {
      if isPaired {
        for i in response.indices { response[i] = random.next() & 1 == 1 ? -residuals[i] : residuals[i] }
      } else {
        random.shuffle(&response)
      }
      if statistic(response) >= observed { beyond += 1 }
    }
    probability = Double(beyond + 1) / Double(count + 1)
  }
}
