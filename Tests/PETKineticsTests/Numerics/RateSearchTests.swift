import Foundation
import PETCore
import Testing

@testable import PETKinetics

struct RateGridTests {
  /// Equal steps of the logarithm with the bounds themselves among the nodes; outside them a place is a bound.
  @Test func nodesAndPlaces() {
    let bounds = 0.001 / 60...1.0 / 60
    let grid = RateGrid(bounds)
    #expect(grid.rates.count == RateGrid.nodes)
    #expect(grid.rates[RateGrid.first] == bounds.lowerBound && grid.rates[RateGrid.last] == bounds.upperBound)
    let ratio = pow(1000, 1 / Double(RateGrid.steps - 1))
    // Rounding of exp and log.
    for (a, b) in zip(grid.rates, grid.rates.dropFirst()) { #expect(abs(b / a / ratio - 1) < 1e-13) }
    for node in RateGrid.first...RateGrid.last {
      #expect(abs(grid.rate(at: Double(node)) / grid.rates[node] - 1) < 1e-13)
    }
    #expect(grid.rate(at: -5) == bounds.lowerBound && grid.rate(at: 1e9) == bounds.upperBound)
  }

  @Test func aRateThatIsHeld() {
    let grid = RateGrid(0.01...0.01)
    #expect(grid.step == 0 && grid.rates.allSatisfy { abs($0 - 0.01) < 1e-17 })
    #expect(grid.rate(at: 20.5) == 0.01 || abs(grid.rate(at: 20.5) - 0.01) < 1e-17)
  }

  /// Eight nodes carry every polynomial of degree 7 exactly; 1e-12 is rounding of terms up to 1.
  @Test func polynomialsOfDegreeSeven() {
    func value(_ s: Double) -> Double { (0...7).reduce(0) { $0 + pow(-0.7, Double($1)) * pow(s, Double($1)) } }
    let interval = 10
    let values = (0..<RateGrid.nodes).map { value(Double($0 - interval)) }
    let p = values.withUnsafeBufferPointer { RateGrid.polynomial($0.baseAddress.unsafelyUnwrapped, interval: interval) }
    for s in [0, 0.25, 0.5, 0.99, 1] {
      #expect(abs((0..<8).reduce(0) { $0 + p[$1] * pow(s, Double($1)) } - value(s)) < 1e-12)
    }
  }
}

/// A profile that is given by a function of the place.
private struct Profile: RateProfile {
  let value: (Double) -> Double
  let slope: (Double) -> Double
  var interval = 0

  init(_ value: @escaping (Double) -> Double, _ slope: @escaping (Double) -> Double) {
    self.value = value
    self.slope = slope
  }

  func sum(node: Int) -> Double { value(Double(node)) }
  mutating func open(interval: Int) { self.interval = interval }
  func evaluate(_ s: Double) -> (sum: Double, slope: Double) {
    (value(Double(interval) + s), slope(Double(interval) + s))
  }
}

struct RateSearchTests {
  private static let (low, high) = (Double(RateGrid.first), Double(RateGrid.last))

  private static func minimum(
    _ value: @escaping (Double) -> Double, _ slope: @escaping (Double) -> Double
  ) -> RateSearch.Minimum {
    var profile = Profile(value, slope)
    return RateSearch.minimise(&profile)
  }

  /// Between nodes, on one, beside an end: 1e-6 of a node is where the model itself takes over.
  @Test(arguments: [3.2, 20, 20.5, 41.37, 67.9])
  func bottomOfABowl(at place: Double) {
    let found = Self.minimum({ pow($0 - place, 2) - 7 }, { 2 * ($0 - place) })
    #expect(abs(found.place - place) < 1e-6 && abs(found.sum + 7) < 1e-11)
    #expect(found.isSmooth && abs(found.curvature - 2) < 1e-6)
  }

  private struct Wave {
    let speed: Double
    let phase: Double
    let height: Double
    init(_ speed: Double, _ phase: Double, _ height: Double) {
      (self.speed, self.phase, self.height) = (speed, phase, height)
    }
  }

  /// Many valleys: the lowest of all, which a walk over 1/1000 of a node finds as well.
  @Test(arguments: 1...6)
  func lowestOfManyValleys(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let waves = (0..<4).map { _ in Wave(0.3 + 0.5 * random.uniform(), 6 * random.uniform(), random.normal()) }
    func value(_ x: Double) -> Double { waves.reduce(0) { $0 + $1.height * sin($1.speed * x + $1.phase) } }
    func slope(_ x: Double) -> Double { waves.reduce(0) { $0 + $1.height * $1.speed * cos($1.speed * x + $1.phase) } }
    let found = Self.minimum(value, slope)
    let least = stride(from: Self.low, through: Self.high, by: 1e-3).map(value).min() ?? 0
    // The walk is within half a step: 1e-6 of the curvature, which is below 4.
    #expect(found.sum <= least + 1e-9 && found.sum > least - 1e-5, "\(found) \(least)")
  }

  /// A valley with a bend at its bottom, as bounds of the linear parameters make it: golden sections over 45 rounds.
  @Test(arguments: [10.3, 33, 50.75])
  func bottomWithABend(at place: Double) {
    let found = Self.minimum({ abs($0 - place) }, { $0 < place ? -1 : 1 })
    #expect(abs(found.place - place) < 1e-6, "\(found)")
  }

  @Test func endsAreMinimaOfTheirOwn() {
    let rising = Self.minimum({ $0 }, { _ in 1 })
    #expect(rising.place == Self.low && !rising.isSmooth)
    let falling = Self.minimum({ -$0 }, { _ in -1 })
    #expect(falling.place == Self.high && falling.sum == -Self.high && !falling.isSmooth)
  }

  /// Rates at which the model cannot be solved are passed over; a minimum elsewhere is found.
  @Test func whereTheModelHasNoPlace() {
    let found = Self.minimum({ $0 < 30 ? .nan : pow($0 - 40.2, 2) }, { $0 < 30 ? .nan : 2 * ($0 - 40.2) })
    #expect(abs(found.place - 40.2) < 1e-6)
    #expect(Self.minimum({ _ in .nan }, { _ in .nan }).sum == .infinity)
  }
}
