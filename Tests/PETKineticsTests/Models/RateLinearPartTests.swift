import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETKinetics

/// R1 and 1 + BPND within bounds, from moments of random columns.
struct RateLinearPartTests {
  private static let rate = 0.001

  private static func moments(_ random: inout SeededGenerator) -> RateMoments {
    let (u, v, y) = (0..<6).reduce(into: ([Double](), [Double](), [Double]())) { lists, _ in
      lists.0.append(random.normal())
      lists.1.append(random.normal())
      lists.2.append(2 * random.normal())
    }
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return RateMoments(uu: product(u, u), uv: product(u, v), vv: product(v, v), uy: product(u, y), vy: product(v, y))
  }

  private static func part(_ random: inout SeededGenerator, fixedRate: Double?) -> RateLinearPart {
    func range(_ unit: Double) -> ClosedRange<Double> {
      let low = unit * random.uniform()
      return low...low + unit * random.uniform()
    }
    // k2 = (1 + BPND) k2a cuts the range of 1 + BPND on one side or both.
    return RateLinearPart(
      delivery: range(1), distribution: range(1),
      efflux: rate * 0.3 * random.uniform()...rate * (0.9 + random.uniform()),
      fixedRate: fixedRate)
  }

  /// The least of a walk over all that the bounds allow is no lower, and what is found is allowed.
  @Test(arguments: 1...20)
  func noWalkFindsLess(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let m = Self.moments(&random)
    let part = Self.part(&random, fixedRate: nil)
    let low = max(part.distribution.lowerBound, part.efflux.lowerBound / Self.rate)
    let high = min(part.distribution.upperBound, part.efflux.upperBound / Self.rate)
    guard low <= high else { return }
    let (r1, total) = part.best(m, rate: Self.rate)
    #expect(part.delivery.contains(r1) && total >= low && total <= high)
    let steps = 120
    var least = Double.infinity
    for i in 0...steps {
      for j in 0...steps {
        let a =
          part.delivery.lowerBound + (part.delivery.upperBound - part.delivery.lowerBound) * Double(i) / Double(steps)
        least = min(least, m.sum(a, low + (high - low) * Double(j) / Double(steps)))
      }
    }
    let best = m.sum(r1, total)
    #expect(best <= least + 1e-12 && least - best < 0.01, "\(best) \(least)")
  }

  /// With k2' known R1 alone is left, and 1 + BPND = R1 k2'/k2a follows it.
  @Test(arguments: 1...20)
  func noWalkFindsLessWithARateThatIsKnown(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let m = Self.moments(&random)
    let part = Self.part(&random, fixedRate: 1.3 * Self.rate)
    let (r1, total) = part.best(m, rate: Self.rate)
    #expect(abs(total - 1.3 * r1) < 1e-15)
    func isAllowed(_ r1: Double) -> Bool {
      part.delivery.contains(r1) && part.distribution.contains(1.3 * r1) && part.efflux.contains(1.3 * Self.rate * r1)
    }
    let walk = (0...20_000).map { 2 * Double($0) / 20_000 }.filter(isAllowed)
    guard let least = walk.map({ m.sum($0, 1.3 * $0) }).min() else { return }
    #expect(m.sum(r1, total) <= least + 1e-12 && least - m.sum(r1, total) < 0.01)
    #expect(walk.contains { abs($0 - r1) < 2e-4 })
  }

  /// Eight at once are eight alone: other order of sums, rounding alone.
  @Test(arguments: 1...10, [nil, 0.0012])
  func eightAtOnce(seed: UInt64, fixedRate: Double?) {
    var random = SeededGenerator(seed: seed)
    let part = Self.part(&random, fixedRate: fixedRate)
    let all = (0..<8).map { _ in Self.moments(&random) }
    // One curve has one Σ w C_R y = Σ w (u + v) y: here each node has its own.
    let rates = SIMD8((0..<8).map { Self.rate * pow(1.2, Double($0) - 4) })
    let group = RateNodeGroup(
      part, rates: rates, uu: SIMD8(all.map(\.uu)), uv: SIMD8(all.map(\.uv)), vv: SIMD8(all.map(\.vv)))
    let sums = part.sums(group, uy: SIMD8(all.map(\.uy)), vy: SIMD8(all.map(\.vy)))
    for i in 0..<8 where part.rates(in: rates[i]...rates[i]) != nil {
      let (r1, total) = part.best(all[i], rate: rates[i])
      #expect(abs(sums[i] - all[i].sum(r1, total)) < 1e-12 * 50, "\(i)")
    }
  }

  /// The derivative by the logarithm of the rate against differences of the least sum, where moments change linearly.
  ///
  /// Differences of 1e-5 are right to 1e-9 of curvatures below 1e3; places where a bound takes hold between are left out.
  @Test(arguments: 1...30, [nil, 0.0012])
  func slopeAgainstDifferences(seed: UInt64, fixedRate: Double?) {
    var random = SeededGenerator(seed: seed)
    let part = Self.part(&random, fixedRate: fixedRate)
    let (m, d) = (Self.moments(&random), Self.moments(&random))
    func least(_ x: Double) -> (sum: Double, r1: Double, total: Double) {
      let moved = RateMoments(
        uu: m.uu + x * d.uu, uv: m.uv + x * d.uv, vv: m.vv + x * d.vv, uy: m.uy + x * d.uy, vy: m.vy + x * d.vy)
      let (r1, total) = part.best(moved, rate: Self.rate * exp(x))
      return (moved.sum(r1, total), r1, total)
    }
    let step = 1e-5
    let (below, here, above) = (least(-step), least(0), least(step))
    let (left, right) = ((here.sum - below.sum) / step, (above.sum - here.sum) / step)
    guard abs(left - right) < 0.05 else { return }
    // With k2' known and BPND at its bound R1 slides, and the search goes by sums alone.
    if fixedRate != nil,
      !(part.distribution.lowerBound + 1e-9..<part.distribution.upperBound - 1e-9).contains(here.total)
    {
      return
    }
    let slope = part.slope(m, d, here.r1, here.total, rate: Self.rate)
    #expect(abs(slope - (left + right) / 2) < 1e-4 * max(1, abs(slope)), "\(slope) \(left) \(right)")
  }

  /// Rates at which the bounds of R1, BPND and k2 agree: by a walk over all three.
  @Test(arguments: 1...20, [nil, 0.0012])
  func ratesWithAPlace(seed: UInt64, fixedRate: Double?) {
    var random = SeededGenerator(seed: seed)
    let part = Self.part(&random, fixedRate: fixedRate)
    let found = part.rates(in: 1e-4...0.01)
    for i in 0...30 {
      let rate = 1e-4 * pow(100, Double(i) / 30)
      let hasPlace = (0...500).contains { j in
        let total = 2.1 * Double(j) / 500
        guard part.distribution.contains(total), part.efflux.contains(total * rate) else { return false }
        return fixedRate.map { part.delivery.contains(total * rate / $0) } ?? true
      }
      // The walk may step over what is narrower than a step of it; it finds nothing that is not there.
      if hasPlace { #expect(found?.contains(rate) == true) }
      if let found, rate > found.lowerBound * 1.01, rate < found.upperBound / 1.01, !hasPlace {
        let low = max(part.distribution.lowerBound, part.efflux.lowerBound / rate)
        let high = min(part.distribution.upperBound, part.efflux.upperBound / rate)
        #expect(high - low < 0.01 || fixedRate != nil)
      }
    }
  }

  @Test func whatIsHeldIsNotFree() {
    func free(
      _ delivery: ClosedRange<Double>, _ total: ClosedRange<Double>, _ k2: ClosedRange<Double>, _ k2prime: Double?
    )
      -> Int
    { RateLinearPart(delivery: delivery, distribution: total, efflux: k2, fixedRate: k2prime).free }
    #expect(free(0...2, 1...9, 0...1, nil) == 2 && free(1...1, 1...9, 0...1, nil) == 1)
    #expect(free(1...1, 1...9, 0.1...0.1, nil) == 0 && free(0...2, 3...3, 0.1...0.1, nil) == 1)
    #expect(free(0...2, 1...9, 0...1, 0.1) == 1 && free(0...2, 2...2, 0...1, 0.1) == 0)
  }

  /// Columns that are one: there are no two parameters.
  @Test func columnsThatAreOne() {
    let part = RateLinearPart(delivery: 0...2, distribution: 1...9, efflux: 0...1, fixedRate: nil)
    let (r1, total) = part.best(RateMoments(uu: 1, uv: 2, vv: 4, uy: 1, vy: 2), rate: Self.rate)
    #expect(r1.isNaN && total.isNaN)
  }
}

/// What a search has of a scan, against the scan itself.
struct RateTablesTests {
  /// Between nodes the profile is that of the model: 3e-8 of the columns, 1e-6 of the curve's sum of squares here.
  @Test(arguments: [nil, 0.06 / 60])
  func profileIsThatOfTheModel(fixedRate: Double?) throws {
    let scan = try ReferenceScan()
    var input = try scan.input(weights: .duration)
    input.unfitted = [2]
    let weights = input.usedWeights()
    let tissue = try ReferenceTissue(input, SRTM.card)
    let grid = RateGrid(0.001 / 60...(fixedRate == nil ? 0.5 : 0.15) / 60)
    let linear = RateLinearPart(delivery: 0...3, distribution: 0.01...1000, efflux: 0...1, fixedRate: fixedRate)
    let tables = RateTables(tissue: tissue, weights: weights, grid: grid, linear: linear)
    let curve = scan.target(bpnd: 1.5, r1: 0.9, k2prime: 0.06)
    func product(_ a: [Double], _ b: [Double]) -> Double { a.indices.reduce(0) { $0 + weights[$1] * a[$1] * b[$1] } }
    func exact(_ rate: Double) -> Double {
      let v = tissue.curve.observedConvolution(rate: rate).map { rate * $0 }
      let u = zip(tissue.values, v).map { $0 - $1 }
      let m = RateMoments(
        uu: product(u, u), uv: product(u, v), vv: product(v, v), uy: product(u, curve), vy: product(v, curve))
      let (r1, total) = linear.best(m, rate: rate)
      return m.sum(r1, total)
    }
    let energy = product(curve, curve)
    var products = [Double](repeating: 0, count: RateGrid.nodes)
    var sums = products
    products.withUnsafeMutableBufferPointer { products in
      sums.withUnsafeMutableBufferPointer { sums in
        let ofReference = curve.withUnsafeBufferPointer { tables.multiply($0, into: products) }
        #expect(abs(ofReference / product(tissue.values, curve) - 1) < 1e-14)
        let from = UnsafeBufferPointer(products)
        tables.sum(linear, products: from, ofReference: ofReference, into: sums)
        guard let base = from.baseAddress, let base2 = UnsafeBufferPointer(sums).baseAddress else { return }
        var profile = CurveRateProfile(
          linear: linear, grid: grid, tables: tables, ofReference: ofReference, products: base, sums: base2)
        for node in [4, 20, 45, RateGrid.last - 2] {
          #expect(abs(profile.sum(node: node) - exact(grid.rates[node])) < 1e-11 * energy)
          profile.open(interval: node)
          for s in [0, 0.37, 1] {
            let found = profile.evaluate(s)
            #expect(abs(found.sum - exact(grid.rate(at: Double(node) + s))) < 1e-6 * energy, "\(node) \(s)")
            let step = 1e-4
            let difference = (profile.evaluate(s + step).sum - profile.evaluate(s - step).sum) / (2 * step)
            #expect(abs(found.slope - difference) < 1e-7 * energy, "\(node) \(s)")
          }
        }
      }
    }
  }
}
