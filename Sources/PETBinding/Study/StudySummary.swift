import Foundation
package import PETCore
import PETTracers

/// What a study has in each region: the geometric mean of the ratio, the spread between persons, and how the two systems
/// go together.
package struct StudySummary: Sendable {
  package struct Row: Sendable {
    package let session: String?
    package let region: String
    /// Persons with a log ratio, and of how many.
    package let count: Int
    package let persons: Int
    package let logRatio: Moments
    package let logLimits: (low: Double, high: Double)
    package let numerator: Moments
    package let denominator: Moments
    /// Between persons, of the two markers in the region.
    package let coupling: Correlation
    /// The same without the errors of the estimates.
    package let corrected: CorrectedCoupling
    package var discovery = Double.nan

    /// exp of the mean log ratio, with the limits of that.
    package var geometricMean: (value: Double, low: Double, high: Double) {
      (exp(logRatio.mean), exp(logLimits.low), exp(logLimits.high))
    }
  }

  /// The two markers in two regions.
  package struct Coupling: Sendable {
    package let session: String?
    package let numerator: String
    package let denominator: String
    package let correlation: Correlation
    package let corrected: CorrectedCoupling
    package var discovery = Double.nan
  }

  package let rows: [Row]
  /// Every region of one marker with every region of the other, where somebody has both values.
  package let couplings: [Coupling]

  package init(_ table: StudyTable, level: Double) {
    var rows: [Row] = []
    var couplings: [Coupling] = []
    for session in Set(table.visits.map(\.session)).sorted(by: { ($0 ?? "") < ($1 ?? "") }) {
      let places = table.places(session: session)
      func values(_ measure: String, _ region: Int) -> [Double] {
        let all = table.values(measure, region: region)
        return places.map { all[$0] }
      }
      func markers(_ system: TracerCard.System) -> [Marker] {
        table.regions.indices.map { region in
          let all = table.errors(system.rawValue, region: region)
          return Marker(values: values(system.rawValue, region), errors: places.map { all[$0] })
        }
      }
      let (a, b) = (markers(table.systems.numerator), markers(table.systems.denominator))
      var own: [Row] = table.regions.indices.map { region in
        let logs = Moments(values(StudyTable.logRatio, region))
        return Row(
          session: session, region: table.regions[region], count: logs.count, persons: places.count, logRatio: logs,
          logLimits: logs.limits(level: level), numerator: Moments(a[region].values),
          denominator: Moments(b[region].values),
          coupling: Correlation(a[region].values, b[region].values, level: level),
          corrected: a[region].corrected(b[region], level: level))
      }
      for (i, q) in FalseDiscovery.adjusted(own.map(\.coupling.probability)).enumerated() { own[i].discovery = q }
      rows += own
      var pairs = Self.pairs(a, b, level: level).map { i, j, correlation in
        Coupling(
          session: session, numerator: table.regions[i], denominator: table.regions[j], correlation: correlation,
          corrected: a[i].corrected(b[j], level: level))
      }
      for (i, q) in FalseDiscovery.adjusted(pairs.map(\.correlation.probability)).enumerated() {
        pairs[i].discovery = q
      }
      couplings += pairs
    }
    self.rows = rows
    self.couplings = couplings
  }

  /// One system in one region, person after person.
  private struct Marker {
    let values: [Double]
    let errors: [Double]

    func corrected(_ other: Marker, level: Double) -> CorrectedCoupling {
      CorrectedCoupling(values, other.values, errors: (errors, other.errors), level: level)
    }
  }

  /// Two regions that somebody has both values of: others would be n/a, and names without voxels are many.
  private static func pairs(_ a: [Marker], _ b: [Marker], level: Double) -> [(Int, Int, Correlation)] {
    func told(_ all: [Marker]) -> [Int] { all.indices.filter { all[$0].values.contains(where: \.isFinite) } }
    let others = told(b)
    return told(a).flatMap { i in
      others.map { j in (i, j, Correlation(a[i].values, b[j].values, level: level)) }.filter { $0.2.count > 0 }
    }
  }
}
