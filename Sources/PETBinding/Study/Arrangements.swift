import PETCore

/// Every arrangement that a permutation may meet: signs of persons that are their own controls, splits into two groups, or orders.
struct Arrangements {
  private enum Kind {
    case signs, splits(first: [Int]), orders
  }

  private let kind: Kind
  private let rows: Int
  let count: Int

  /// - Parameter most: nil where there are more.
  init?(_ model: LinearRegression, isPaired: Bool, most: Int) {
    rows = model.rows
    let direction = model.lastDirection
    let split = direction.indices.filter { direction[$0] > 0 }
    // Without covariates rows of a group are alike, and only who is in which group counts.
    let areTwo =
      model.columns == 2 && Set(direction.map { ($0 * 1e9).rounded() }).count == 2 && !split.isEmpty
    if isPaired {
      guard rows < 60, 1 << rows <= most else { return nil }
      (kind, count) = (.signs, 1 << rows)
    } else if areTwo {
      var ways = 1.0
      for i in 0..<split.count { ways = (ways * Double(rows - i) / Double(i + 1)).rounded() }
      guard ways <= Double(most) else { return nil }
      (kind, count) = (.splits(first: split), Int(ways))
    } else {
      let ways = (1...max(1, rows)).reduce(1.0) { $0 * Double($1) }
      guard ways <= Double(most) else { return nil }
      (kind, count) = (.orders, Int(ways))
    }
  }

  func forEach(_ body: (([Double]) -> [Double]) -> Void) {
    switch kind {
    case .signs:
      for mask in 0..<count {
        body { values in values.indices.map { mask >> $0 & 1 == 1 ? -values[$0] : values[$0] } }
      }
    case .splits(let first):
      let second = (0..<rows).filter { !first.contains($0) }
      choose(first.count) { chosen in
        var order = Array(0..<rows)
        let isChosen = Set(chosen)
        let others = (0..<rows).filter { !isChosen.contains($0) }
        for (place, row) in zip(first, chosen) { order[place] = row }
        for (place, row) in zip(second, others) { order[place] = row }
        body { values in order.map { values[$0] } }
      }
    case .orders:
      permute(Array(0..<rows), rows) { order in body { values in order.map { values[$0] } } }
    }
  }

  /// Every choice of some of the rows, in order.
  private func choose(_ size: Int, _ body: ([Int]) -> Void) {
    var chosen = Array(0..<size)
    while true {
      body(chosen)
      guard let place = chosen.indices.last(where: { chosen[$0] < rows - size + $0 }) else { return }
      chosen[place] += 1
      for next in chosen.indices where next > place { chosen[next] = chosen[next - 1] + 1 }
    }
  }

  /// Every order (Heap 1963, doi:10.1093/comjnl/6.3.293).
  private func permute(_ start: [Int], _ size: Int, _ body: ([Int]) -> Void) {
    var order = start
    var turns = order.map { _ in 0 }
    body(order)
    var i = 1
    while i < size {
      if turns[i] < i {
        order.swapAt(i % 2 == 0 ? 0 : turns[i], i)
        body(order)
        turns[i] += 1
        i = 1
      } else {
        turns[i] = 0
        i += 1
      }
    }
  }
}
