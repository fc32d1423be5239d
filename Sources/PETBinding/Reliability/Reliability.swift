import Foundation
package import PETCore

/// How well a measure of one region repeats when nothing has changed: two sessions of several persons.
package struct Reliability: Sendable {
  package struct Interval: Sendable {
    package let value: Double
    package let low: Double
    package let high: Double
  }

  package let count: Int
  package let test: Moments
  package let retest: Moments
  /// Retest less test.
  package let difference: Moments
  package let differenceLimits: (low: Double, high: Double)
  /// Mean difference ± normal quantile x its SD (Bland and Altman 1986, doi:10.1016/S0140-6736(86)90837-8).
  package let agreement: (low: Double, high: Double)
  /// √(Σd²/2n): holds a shift between sessions as well.
  package let withinSD: Double
  /// Mean of 200 |retest - test|/(retest + test), %; NaN where a value is not above 0, or for logarithms.
  package let absoluteVariability: Double
  /// 100 √(mean over persons of (d²/2)/mean²), %: the root mean square of each person's SD over their own mean; likewise.
  ///
  /// Neither the SD over the grand mean nor that of logarithms. Source: Glüer et al. 1995, doi:10.1007/BF01774016.
  package let withinCV: Double
  /// Normal quantile x √2 x within-subject SD: a change of one person beyond it is more than repetition gives.
  package let detectable: Double
  /// ICC(1,1), ICC(A,1) and ICC(C,1) of McGraw and Wong 1996 (doi:10.1037/1082-989X.1.1.30).
  package let oneWay: Interval
  package let agreementICC: Interval
  package let consistency: Interval
  /// Lin's.
  package let concordance: Interval
  /// Within-subject SD that standard errors alone give, and that stated errors of other kinds give beside them; NaN where a value has
  /// none.
  package let expected: Double
  package let expectedBudget: Double
  package let notes: [String]

  /// What was observed over what is expected: above 1 for what changes in a person, and for errors that nobody stated.
  package var overExpected: Double { withinSD / (expectedBudget.isFinite ? expectedBudget : expected) }

  /// Errors of the values of both sessions, person after person; empty where they are not known.
  package typealias Errors = (test: [Double], retest: [Double])

  /// - Parameters:
  ///   - isRatioScale: whether values have a natural zero, so that percentages mean something.
  ///   - errors: standard errors of the values, and their errors with stated ones of other kinds.
  ///   - leftOut: why persons, by place, have no value that counts; those not in it have none at all.
  package init(
    test first: [Double], retest second: [Double], isRatioScale: Bool, level: Double,
    errors: (noise: Errors, budget: Errors) = (([], []), ([], [])), leftOut: [Int: String] = [:]
  ) {
    let used = first.indices.filter { first[$0].isFinite && second[$0].isFinite }
    let (a, b) = (used.map { first[$0] }, used.map { second[$0] })
    let n = Double(used.count)
    count = used.count
    test = Moments(a)
    retest = Moments(b)
    let differences = zip(a, b).map { $1 - $0 }
    difference = Moments(differences)
    differenceLimits = difference.limits(level: level)
    let normal = Quantile.twoSided(level: level, degreesOfFreedom: .infinity)
    agreement = (difference.mean - normal * difference.sd, difference.mean + normal * difference.sd)
    expected = Self.expected(errors.noise, used)
    expectedBudget = Self.expected(errors.budget, used)
    var notes: [String] = []
    let missing = first.indices.filter { !used.contains($0) }
    if let note = Self.leftOutNote(missing, of: first.count, leftOut) { notes.append(note) }
    guard used.count >= 3 else {
      withinSD = .nan
      absoluteVariability = .nan
      withinCV = .nan
      detectable = .nan
      let none = Interval(value: .nan, low: .nan, high: .nan)
      (oneWay, agreementICC, consistency, concordance) = (none, none, none, none)
      self.notes = notes + ["fewer than three persons"]
      return
    }
    withinSD = (differences.reduce(0) { $0 + $1 * $1 } / (2 * n)).squareRoot()
    detectable = normal * 2.0.squareRoot() * withinSD
    if isRatioScale, zip(a, b).allSatisfy({ $0 > 0 && $1 > 0 }) {
      absoluteVariability =
        zip(a, b).reduce(0.0) { (sum: Double, pair) in sum + 200 * abs(pair.1 - pair.0) / (pair.1 + pair.0) } / n
      let square = zip(a, b).reduce(0.0) { (sum: Double, pair) in
        let (mean, difference) = ((pair.0 + pair.1) / 2, pair.1 - pair.0)
        return sum + difference * difference / (2 * mean * mean)
      }
      withinCV = 100 * (square / n).squareRoot()
    } else {
      (absoluteVariability, withinCV) = (.nan, .nan)
      if isRatioScale { notes.append("a value is not above 0: no percentages") }
    }
    concordance = Concordance(a, b, level: level).interval
    let squares = MeanSquares(a, b)
    if squares.between <= 0 || !(squares.within > 0) {
      notes.append("no spread: no ICC")
      let none = Interval(value: .nan, low: .nan, high: .nan)
      (oneWay, agreementICC, consistency) = (none, none, none)
    } else {
      oneWay = squares.oneWay(level: level)
      agreementICC = squares.absoluteAgreement(level: level)
      consistency = squares.consistency(level: level)
    }
    let forms = [("icc-1-1", oneWay), ("icc-a-1", agreementICC), ("icc-c-1", consistency)]
    if let note = Self.negativeNote(forms) { notes.append(note) }
    self.notes = notes
  }

  /// √ of the mean over persons and sessions of squared errors.
  private static func expected(_ errors: Errors, _ used: [Int]) -> Double {
    guard !used.isEmpty, errors.test.count > (used.last ?? 0), errors.retest.count == errors.test.count else {
      return .nan
    }
    let squares = used.reduce(0) { sum, i in
      sum + errors.test[i] * errors.test[i] + errors.retest[i] * errors.retest[i]
    }
    return (squares / Double(2 * used.count)).squareRoot()
  }

  /// Mean squares of n persons by two sessions.
  private struct MeanSquares {
    let n: Double
    let between: Double
    /// One-way: within persons.
    let within: Double
    let sessions: Double
    let error: Double

    init(_ a: [Double], _ b: [Double]) {
      n = Double(a.count)
      let grand = (a.reduce(0, +) + b.reduce(0, +)) / (2 * n)
      let (ma, mb) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
      var (rows, inside) = (0.0, 0.0)
      for (x, y) in zip(a, b) {
        let mean = (x + y) / 2
        rows += 2 * (mean - grand) * (mean - grand)
        inside += (x - mean) * (x - mean) + (y - mean) * (y - mean)
      }
      let columns = n * ((ma - grand) * (ma - grand) + (mb - grand) * (mb - grand))
      between = rows / (n - 1)
      within = inside / n
      sessions = columns
      error = max(0, inside - columns) / (n - 1)
    }

    func oneWay(level: Double) -> Interval {
      let f = between / within
      return interval(f, n - 1, n, level) { ($0 - 1) / ($0 + 1) }
    }

    func consistency(level: Double) -> Interval {
      let f = between / error
      return interval(f, n - 1, n - 1, level) { $0.isInfinite ? 1 : ($0 - 1) / ($0 + 1) }
    }

    private func interval(_ f: Double, _ d1: Double, _ d2: Double, _ level: Double, _ icc: (Double) -> Double)
      -> Interval
    {
      let p = 0.5 + level / 2
      return Interval(value: icc(f), low: icc(f / Quantile.f(p, d1, d2)), high: icc(f * Quantile.f(p, d2, d1)))
    }

    func absoluteAgreement(level: Double) -> Interval {
      let k = 2.0
      let icc = (between - error) / (between + (k - 1) * error + k / n * (sessions - error))
      let p = 0.5 + level / 2
      // Satterthwaite's degrees of freedom of the error's mixture.
      let a = k * icc / (n * (1 - icc))
      let b = 1 + k * icc * (n - 1) / (n * (1 - icc))
      let v =
        (a * sessions + b * error) * (a * sessions + b * error)
        / ((a * sessions) * (a * sessions) / (k - 1) + (b * error) * (b * error) / ((n - 1) * (k - 1)))
      let (low, high) = (Quantile.f(p, n - 1, v), Quantile.f(p, v, n - 1))
      let rest = k * sessions + (k * n - k - n) * error
      return Interval(
        value: icc, low: n * (between - low * error) / (low * rest + n * between),
        high: n * (high * between - error) / (rest + n * high * between))
    }
  }
}
