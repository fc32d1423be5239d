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
  ///   - isFirstApart: whether the first axis tells grids apart, so that no node of one is near one of another.
  ///   - bounds: of the linear unknowns; one value for a known one.
  ///   - common: columns that are the same at every node; they come after the others.
  ///   - columns: the model's other columns at a node, one for each linear unknown; nil where the model has no place.
  init(
    axes: [[Double]], isFirstApart: Bool = false, bounds: [ClosedRange<Double>], weights: [Double],
    common: [[Double]] = [], columns: ([Double]) -> [[Double]]?
  ) {
    var all: [[Double]] = [[]]
    for axis in axes { all = all.flatMap { node in axis.map { node + [$0] } } }
    var nodes: [[Double]] = []
    var ownColumns: [[[Double]]] = []
    // Where each node of the whole grid stands among those that the model has.
    let places = all.map { node -> Int32? in
      guard let own = columns(node) else { return nil }
      nodes.append(node)
      ownColumns.append(own)
      return Int32(nodes.count - 1)
    }
    self.nodes = nodes
    let around = Self.neighbours(axes.map(\.count), isFirstApart: isFirstApart).enumerated()
      .filter { places[$0.offset] != nil }.map { $0.element.compactMap { places[$0] } }
    neighbours = around.flatMap(\.self)
    firstNeighbour = around.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
    self.bounds = bounds
    linear = bounds.count
    own = bounds.count - common.count
    frames = weights.count
    var weighted: [Double] = []
    var gram: [Double] = []
    weighted.reserveCapacity(nodes.count * bounds.count * weights.count)
    for own in ownColumns {
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

  private static func neighbours(_ shape: [Int], isFirstApart: Bool) -> [[Int]] {
    var places: [[Int]] = [[]]
    for size in shape { places = places.flatMap { place in (0..<size).map { place + [$0] } } }
    func node(_ place: [Int]) -> Int { zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 } }
    return places.map { place in
      var around: [[Int]] = [[]]
      for (axis, size) in shape.enumerated() {
        let reach = isFirstApart && axis == 0 ? 0 : 1
        let near = max(place[axis] - reach, 0)...min(place[axis] + reach, size - 1)
        around = around.flatMap { other in near.map { other + [$0] } }
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
        guard let columns = weighted.baseAddress, let data = curve.baseAddress else { return [Start]() }
        func dot(_ base: Int) -> Double {
          var four = SIMD4<Double>.zero
          let whole = frames & ~3
          for i in stride(from: 0, to: whole, by: 4) { four += (columns + base).four(i) * data.four(i) }
          var sum = (four[0] + four[1]) + (four[2] + four[3])
          for i in whole..<frames { sum += columns[base + i] * data[i] }
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
    let equal = all.reduce(0) { max($0, -1e-12 * $1.sum) }
    var lowest: [Start] = []
    all.withUnsafeBufferPointer { all in
      neighbours.withUnsafeBufferPointer { neighbours in
        for node in all.indices where all[node].sum.isFinite {
          var place = Int(firstNeighbour[node])
          let end = Int(firstNeighbour[node + 1])
          // Of nodes with the same sum, as where an exponential has no share, one is enough.
          while place < end {
            let other = Int(neighbours[place])
            let least = other < node ? all[node].sum + equal : all[node].sum - equal
            guard all[other].sum > least else { break }
            place += 1
          }
          if place == end { lowest.append(all[node]) }
        }
      }
    }
    return Array(lowest.sorted { $0.sum < $1.sum }.prefix(most))
  }

  /// Linear unknowns at a node: least squares within bounds.
  private func solve(_ node: Int, _ right: InlineArray<4, Double>) -> Start {
    let g = node * linear * linear
    var square: InlineArray<16, Double> = .init(repeating: 0)
    for a in 0..<linear { for b in 0..<linear { square[a * 4 + b] = gram[g + a * linear + b] } }
    var value: InlineArray<4, Double> = .init(repeating: 0)
    solve(linear, g, square, right, into: &value)
    var sum = 0.0
    for k in 0..<linear {
      var row = 0.0
      for c in 0..<linear { row += square[k * 4 + c] * value[c] }
      sum += value[k] * (row - 2 * right[k])
    }
    return Start(node: node, linear: value, sum: sum)
  }

  /// The first unknowns of normal equations, within bounds.
  ///
  /// The last one is eliminated. Where it then leaves its bounds the others are solved around the bound that it passed:
  /// what is least over the others is convex in it.
  private func solve(
    _ count: Int, _ g: Int, _ square: InlineArray<16, Double>, _ right: InlineArray<4, Double>,
    into value: inout InlineArray<4, Double>
  ) {
    guard count > 0 else { return }
    let last = count - 1
    let bounds = bounds[last]
    let pivot = square[last * 5]
    var held = bounds.lowerBound
    // One that cannot be told from those that come after it is left at its bound.
    if bounds.lowerBound < bounds.upperBound, pivot > 1e-13 * gram[g + last * (linear + 1)] {
      var reduced = square
      var reducedRight = right
      for a in 0..<last {
        let factor = square[a * 4 + last] / pivot
        for b in 0..<last { reduced[a * 4 + b] -= factor * square[last * 4 + b] }
        reducedRight[a] -= factor * right[last]
      }
      solve(last, g, reduced, reducedRight, into: &value)
      var rest = right[last]
      for a in 0..<last { rest -= square[last * 4 + a] * value[a] }
      value[last] = rest / pivot
      if bounds.contains(value[last]) { return }
      held = value[last] < bounds.lowerBound ? bounds.lowerBound : bounds.upperBound
    }
    var others = right
    for a in 0..<last { others[a] -= square[a * 4 + last] * held }
    solve(last, g, square, others, into: &value)
    value[last] = held
  }
}
