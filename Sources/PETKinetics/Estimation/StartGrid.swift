import Foundation

/// Where a search over several rates begins: the model at every node of a grid, the linear unknowns solved there.
///
/// Prepared once for a scan. No start of the user's is needed, and every local minimum of the grid is followed.
struct StartGrid: Sendable {
  /// The axes' values at each node, the last axis running fastest.
  let nodes: [[Double]]
  private let frames: Int
  private let linear: Int
  /// Columns that differ from node to node; the rest are the same at all.
  private let own: Int
  private let bounds: [ClosedRange<Double>]
  /// w x column: the own columns of each node, node after node, then those common to all.
  private let weighted: [Double]
  /// Gram matrix of each node.
  private let gram: [Double]
  /// The nodes around each node, corners as well: those of node i stand from `firstNeighbour[i]` on.
  private let neighbours: [Int32]
  private let firstNeighbour: [Int32]

  /// Values of an axis between bounds, evenly spaced in the logarithm.
  static func logarithmic(_ bounds: ClosedRange<Double>, from least: Double, to most: Double, count: Int) -> [Double] {
    let low = max(bounds.lowerBound, least)
    let high = max(low, min(bounds.upperBound, most))
    guard count > 1, high > low else { return [low] }
    return (0..<count).map { low * pow(high / low, Double($0) / Double(count - 1)) }
  }

  /// - Parameters:
  ///   - axes: the values that each nonlinear unknown takes.
  ///   - bounds: of the linear unknowns; one value for a known one.
  ///   - common: columns that are the same at every node; they come after the others.
  ///   - columns: the model's other columns at a node, one for each linear unknown.
  init(
    axes: [[Double]], bounds: [ClosedRange<Double>], weights: [Double], common: [[Double]] = [],
    columns: ([Double]) -> [[Double]]
  ) {
    var nodes: [[Double]] = [[]]
    for axis in axes { nodes = nodes.flatMap { node in axis.map { node + [$0] } } }
    self.nodes = nodes
    let around = Self.neighbours(axes.map(\.count))
    neighbours = around.flatMap { $0.map(Int32.init) }
    firstNeighbour = around.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
    self.bounds = bounds
    linear = bounds.count
    own = bounds.count - common.count
    frames = weights.count
    var weighted: [Double] = []
    var gram: [Double] = []
    weighted.reserveCapacity(nodes.count * bounds.count * weights.count)
    for node in nodes {
      let own = columns(node)
      for column in own { weighted += zip(column, weights).map { $0 * $1 } }
      let all = own + common
      for a in all.indices {
        for b in all.indices {
          var sum = 0.0
          for i in weights.indices { sum += weights[i] * all[a][i] * all[b][i] }
          gram.append(sum)
        }
      }
    }
    for column in common { weighted += zip(column, weights).map { $0 * $1 } }
    self.weighted = weighted
    self.gram = gram
  }

  private static func neighbours(_ shape: [Int]) -> [[Int]] {
    var places: [[Int]] = [[]]
    for size in shape { places = places.flatMap { place in (0..<size).map { place + [$0] } } }
    func node(_ place: [Int]) -> Int { zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 } }
    return places.map { place in
      var around: [[Int]] = [[]]
      for (at, size) in zip(place, shape) {
        around = around.flatMap { other in (max(at - 1, 0)...min(at + 1, size - 1)).map { other + [$0] } }
      }
      return around.map(node).filter { $0 != node(place) }
    }
  }

  struct Start {
    let node: Int
    /// Linear unknowns there.
    let linear: InlineArray<4, Double>
    /// Residual sum less that of the data.
    let sum: Double
  }

  /// The best local minima of the grid for one curve, lowest first.
  func starts(_ curve: Span<Double>, most: Int) -> [Start] {
    let all = curve.withUnsafeBufferPointer { curve in
      weighted.withUnsafeBufferPointer { weighted in
        func dot(_ base: Int) -> Double {
          var sum = 0.0
          for i in 0..<frames { sum += weighted[base + i] * curve[i] }
          return sum
        }
        var right: InlineArray<4, Double> = .init(repeating: 0)
        for k in own..<max(linear, own) { right[k] = dot((nodes.count * own + k - own) * frames) }
        return nodes.indices.map { node in
          for k in 0..<own { right[k] = dot((node * own + k) * frames) }
          return solve(node, right)
        }
      }
    }
    var lowest: [Start] = []
    all.withUnsafeBufferPointer { all in
      neighbours.withUnsafeBufferPointer { neighbours in
        for node in all.indices where all[node].sum.isFinite {
          var place = Int(firstNeighbour[node])
          let end = Int(firstNeighbour[node + 1])
          while place < end, all[Int(neighbours[place])].sum >= all[node].sum { place += 1 }
          if place == end { lowest.append(all[node]) }
        }
      }
    }
    return Array(lowest.sorted { $0.sum < $1.sum }.prefix(most))
  }

  /// Two linear unknowns inside their bounds, which is nearly every node's case; nil for all others.
  private func pair(_ node: Int, _ g: Int, _ right: InlineArray<4, Double>) -> Start? {
    let (aa, ab, bb) = (gram[g], gram[g + 1], gram[g + 3])
    let determinant = aa * bb - ab * ab
    guard bounds[0].lowerBound < bounds[0].upperBound, bounds[1].lowerBound < bounds[1].upperBound,
      determinant > 1e-12 * aa * bb
    else { return nil }
    let a = (right[0] * bb - right[1] * ab) / determinant
    let b = (right[1] * aa - right[0] * ab) / determinant
    guard bounds[0].contains(a), bounds[1].contains(b) else { return nil }
    return Start(node: node, linear: [a, b, 0, 0], sum: -(a * right[0] + b * right[1]))
  }

  /// Linear unknowns at a node: least squares, those that leave their bounds held there one after the other.
  private func solve(_ node: Int, _ right: InlineArray<4, Double>) -> Start {
    let g = node * linear * linear
    if linear == 2, let start = pair(node, g, right) { return start }
    var value: InlineArray<4, Double> = .init(repeating: 0)
    var held: InlineArray<4, Bool> = .init(repeating: false)
    for k in 0..<linear where bounds[k].lowerBound == bounds[k].upperBound {
      held[k] = true
      value[k] = bounds[k].lowerBound
    }
    for _ in 0...linear {
      // Gauss elimination on the free ones.
      var a: InlineArray<20, Double> = .init(repeating: 0)
      var free: InlineArray<4, Int> = .init(repeating: 0)
      var count = 0
      for k in 0..<linear where !held[k] {
        free[count] = k
        count += 1
      }
      for r in 0..<count {
        var known = right[free[r]]
        for k in 0..<linear where held[k] { known -= gram[g + free[r] * linear + k] * value[k] }
        for c in 0..<count { a[r * 5 + c] = gram[g + free[r] * linear + free[c]] }
        a[r * 5 + 4] = known
      }
      for r in 0..<count {
        let pivot = a[r * 5 + r]
        guard pivot > 1e-13 * gram[g + free[r] * linear + free[r]] else {
          return Start(node: node, linear: value, sum: .infinity)
        }
        for below in r + 1..<max(count, r + 1) {
          let factor = a[below * 5 + r] / pivot
          for c in r..<count { a[below * 5 + c] -= factor * a[r * 5 + c] }
          a[below * 5 + 4] -= factor * a[r * 5 + 4]
        }
      }
      for r in stride(from: count - 1, through: 0, by: -1) {
        var sum = a[r * 5 + 4]
        for c in r + 1..<max(count, r + 1) { sum -= a[r * 5 + c] * value[free[c]] }
        value[free[r]] = sum / a[r * 5 + r]
      }
      var worst = -1
      var excess = 0.0
      for r in 0..<count {
        let k = free[r]
        let over = max(bounds[k].lowerBound - value[k], value[k] - bounds[k].upperBound)
        if over > excess { (worst, excess) = (k, over) }
      }
      guard worst >= 0 else { break }
      held[worst] = true
      value[worst] = min(max(value[worst], bounds[worst].lowerBound), bounds[worst].upperBound)
    }
    var sum = 0.0
    for k in 0..<linear {
      var row = 0.0
      for c in 0..<linear { row += gram[g + k * linear + c] * value[c] }
      sum += value[k] * (row - 2 * right[k])
    }
    return Start(node: node, linear: value, sum: sum)
  }
}
