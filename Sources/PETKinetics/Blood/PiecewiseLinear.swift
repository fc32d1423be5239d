/// A curve through samples joined by straight lines; the first and last values are held outside.
package struct PiecewiseLinear: Sendable {
  package let times: [Double]
  package let values: [Double]

  package init(times: [Double], values: [Double]) {
    precondition(times.count == values.count && !times.isEmpty, "a curve has samples")
    self.times = times
    self.values = values
  }

  package func callAsFunction(_ time: Double) -> Double {
    var low = 0
    var high = times.count - 1
    if time <= times[0] { return values[0] }
    if time >= times[high] { return values[high] }
    while high - low > 1 {
      let middle = (low + high) / 2
      if times[middle] <= time { low = middle } else { high = middle }
    }
    return values[low] + (values[high] - values[low]) * (time - times[low]) / (times[high] - times[low])
  }
}
