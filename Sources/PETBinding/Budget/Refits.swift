import Foundation
package import PETCore

/// What the estimates of a scan become where something is otherwise than it was taken to be.
package struct Refits: Sendable {
  /// One region with one thing changed.
  package struct Row: Sendable, Equatable {
    package var region = ""
    package var effect = ""
    /// Along or about which axis, which part; `n/a` for effects of one number.
    package var component = "n/a"
    /// By how much, in the unit of the effect; of a spread over draws that of what was drawn.
    package var amount = Double.nan
    /// The measure as it is fitted then; NaN of a spread over draws.
    package var value = Double.nan
    /// Of the measure, %: of a spread over draws its SD.
    package var change = Double.nan

    package init() {}

    package init(
      _ region: String, _ effect: String, _ component: String = "n/a", amount: Double, value: Double = .nan,
      change: Double
    ) {
      (self.region, self.effect, self.component) = (region, effect, component)
      (self.amount, self.value, self.change) = (amount, value, change)
    }
  }

  /// How large the error is that a budget takes.
  package struct Spread: Sendable, Equatable {
    package let value: Double
    /// Where it is from.
    package let source: String

    package init(_ value: Double, source: String) { (self.value, self.source) = (value, source) }
  }

  package var rows: [Row] = []
  /// By key of the effect.
  package var spreads: [String: Spread] = [:]
  /// What was seen on the way and belongs to the scan's fits.
  package var findings: [Finding] = []
  /// Effects that were asked for and have no meaning here, with the reason.
  package var leftOut: [String: String] = [:]
  /// Files of the labels, which two scans may share; empty where none were moved.
  package var labels: [String] = []
  /// Whether the resolution that was taken out is one that was given.
  package var isResolutionGiven = false

  package init() {}

  /// Of labels in place of one effect: two effects are of it.
  package static let labels = "labels"
  /// Component of what was drawn.
  package static let drawn = "sd"
  /// Along and about the axes of the labels' space.
  package static let axes = ["x", "y", "z", "turn-x", "turn-y", "turn-z"]
  /// How far from the centre a turn moves as much as its shift, mm.
  package static let turnRadius = 60.0

  /// SD of each coordinate, and of turns to match, by the rms displacement over a ball of that radius that they make: shifts give
  /// 3 of it in the square, turns 3 of 2/5.
  package static func coordinate(ofDisplacement rms: Double) -> Double { rms / 4.2.squareRoot() }
}

/// What a change does to the logarithm of an estimate: a parabola through what was fitted with it, its opposite, and nothing.
package struct LogResponse: Sendable, Equatable {
  /// For one spread, and for its square.
  package let slope: Double
  package let bend: Double

  package init(slope: Double, bend: Double = 0) { (self.slope, self.bend) = (slope, bend) }

  /// - Parameters:
  ///   - plus: the change of the logarithm with a step up.
  ///   - minus: with one down.
  ///   - spread: in steps.
  package init(plus: Double, minus: Double, spread: Double) {
    slope = (plus - minus) / 2 * spread
    bend = (plus + minus) / 2 * spread * spread
  }

  /// Of the change, with a normal deviate in it.
  package var variance: Double { slope * slope + 2 * bend * bend }

  package func callAsFunction(_ z: Double) -> Double { (slope + bend * z) * z }
}

extension Refits {
  /// The responses of regions by their keys, for an effect's components in their order.
  ///
  /// - Parameters:
  ///   - effect: as rows name it.
  ///   - spread: in the unit of the effect; nil for what was drawn, whose rows are it.
  package func responses(_ effect: String, spread: Double?) -> [(component: String, regions: [String: LogResponse])] {
    var order: [String] = []
    var steps: [String: [String: (plus: Double, minus: Double, step: Double)]] = [:]
    for row in rows where row.effect == effect {
      if steps[row.component] == nil {
        order.append(row.component)
        steps[row.component] = [:]
      }
      let key = RegionName.key(row.region)
      var own = steps[row.component]?[key] ?? (.nan, .nan, abs(row.amount))
      if row.component == Self.drawn {
        own = (row.change / 100, -row.change / 100, .nan)
      } else {
        let log = row.change > -100 ? log(1 + row.change / 100) : .nan
        if row.amount > 0 { own.plus = log } else { own.minus = log }
      }
      steps[row.component]?[key] = own
    }
    return order.map { component in
      let regions = (steps[component] ?? [:]).mapValues { own in
        LogResponse(
          plus: own.plus, minus: own.minus, spread: component == Self.drawn ? 1 : (spread ?? own.step) / own.step)
      }
      return (component, regions)
    }
  }
}

extension Refits {
  /// Variance of the logarithm of each region's estimate by all errors that are added, to first order, by the regions' keys.
  package var variances: [String: Double] {
    var sums: [String: Double] = [:]
    for effect in BudgetEffect.all where effect.sharing != .shown {
      guard let spread = spreads[effect.key] else { continue }
      for (_, regions) in responses(effect.rows, spread: spread.value) {
        for (key, own) in regions { sums[key, default: 0] += own.slope * own.slope }
      }
    }
    return sums
  }
}
