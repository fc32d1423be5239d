import Foundation
import PETCore

/// A measure of the persons that count, in every region, with its known errors.
struct Measured {
  /// Person after person, region after region: the measure, or for two sessions its change; NaN where there is none.
  let values: [[Double]]
  /// Squared standard errors, likewise.
  let variances: [[Double]]
  /// The measure in each session, region after region, person after person; empty for questions within one session.
  let sides: [[[Double]]]

  private init(values: [[Double]], variances: [[Double]], sides: [[[Double]]]) {
    (self.values, self.variances, self.sides) = (values, variances, sides)
  }

  /// - Parameters:
  ///   - places: visits of the persons, and of the same persons in the second session.
  ///   - usable: of the places.
  ///   - isLogarithm: whether the logarithm of the measure is asked for.
  init(
    _ table: StudyTable, _ measure: String, _ places: [Int], _ second: [Int]?, _ usable: [Int],
    isLogarithm: Bool = false
  ) {
    let regions = table.regions.indices
    let raw = regions.map { table.values(measure, region: $0) }
    let errors = regions.map { table.errors(measure, region: $0) }
    func value(_ region: Int, _ visit: Int) -> Double {
      let value = raw[region][visit]
      return isLogarithm ? (value > 0 ? log(value) : .nan) : value
    }
    func variance(_ region: Int, _ visit: Int) -> Double {
      let error = errors[region][visit] / (isLogarithm ? raw[region][visit] : 1)
      return error * error
    }
    values = usable.map { i in
      regions.map { region in
        second.map { value(region, $0[i]) - value(region, places[i]) } ?? value(region, places[i])
      }
    }
    variances = usable.map { i in
      regions.map { region in (second.map { variance(region, $0[i]) } ?? 0) + variance(region, places[i]) }
    }
    sides =
      second.map { second in
        [places, second].map { side in regions.map { region in usable.map { value(region, side[$0]) } } }
      } ?? []
  }

  /// Values less the mean of their region over persons.
  var lessMeans: Measured {
    let all = (values.first ?? []).indices
    return Measured(values: centred(Array(all), isPaired: false), variances: variances, sides: sides)
  }

  /// Values of some regions, less the mean of each region over persons where that is not what is asked for.
  func centred(_ members: [Int], isPaired: Bool) -> [[Double]] {
    let middles = members.map { region in isPaired ? 0 : Moments(values.map { $0[region] }).mean }
    return values.map { person in zip(members, middles).map { person[$0] - $1 } }
  }
}
