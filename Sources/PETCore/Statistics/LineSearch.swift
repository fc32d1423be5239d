/// The lowest point, or the zero, of a function of one variable on an interval.
package enum LineSearch {
  /// A grid, then golden sections around its lowest point, to the last bits that the function tells apart.
  package static func minimum(_ range: ClosedRange<Double>, steps: Int, of value: (Double) -> Double) -> Double {
    guard range.lowerBound < range.upperBound else { return range.lowerBound }
    let places = (0..<steps).map {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(steps - 1)
    }
    let values = places.map(value)
    guard let lowest = values.indices.min(by: { values[$0] < values[$1] }) else { return range.lowerBound }
    let ratio = (5.0.squareRoot() - 1) / 2
    var a = places[max(lowest - 1, 0)]
    var b = places[min(lowest + 1, steps - 1)]
    var left = b - ratio * (b - a)
    var right = a + ratio * (b - a)
    var atLeft = value(left)
    var atRight = value(right)
    // Around 0 the width never falls below its share of the ends; there rounding ends it, once the places cross.
    while b - a > 1e-10 * max(abs(a), abs(b)), left > a, right < b {
      if atLeft < atRight {
        (b, right, atRight) = (right, left, atLeft)
        left = b - ratio * (b - a)
        atLeft = value(left)
      } else {
        (a, left, atLeft) = (left, right, atRight)
        right = a + ratio * (b - a)
        atRight = value(right)
      }
    }
    // An end of the interval is a solution of its own, also when only rounding tells it apart.
    let middle = (a + b) / 2
    let lowestSum = value(middle)
    for (place, sum) in [(places[0], values[0]), (places[steps - 1], values[steps - 1])]
    where sum <= lowestSum + 1e-13 * abs(lowestSum) { return place }
    return middle
  }

  /// Where a rising function is 0, by regula falsi (Illinois) with a halving where that is slow; NaN where it is not on the interval.
  package static func zero(_ range: ClosedRange<Double>, of value: (Double) -> Double) -> Double {
    var (a, b) = (range.lowerBound, range.upperBound)
    var (atA, atB) = (value(a), value(b))
    guard atA <= 0, atB >= 0 else { return .nan }
    if atA == 0 { return a }
    if atB == 0 { return b }
    // Which end moved last: the other one that stays twice counts half.
    var last = 0
    for step in 0..<200 where b - a > 1e-14 * max(abs(a), abs(b)) {
      let secant = (a * atB - b * atA) / (atB - atA)
      let place = step % 4 == 3 || !(a < secant && secant < b) ? (a + b) / 2 : secant
      let own = value(place)
      if own == 0 { return place }
      if own < 0 {
        (a, atA) = (place, own)
        if last < 0 { atB /= 2 }
        last = -1
      } else {
        (b, atB) = (place, own)
        if last > 0 { atA /= 2 }
        last = 1
      }
    }
    return (a + b) / 2
  }
}
