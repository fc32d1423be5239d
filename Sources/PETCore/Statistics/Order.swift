/// Order statistics of a sample.
package enum Order {
  /// Of a sample that need not be sorted.
  package static func median(_ values: [Double]) -> Double { quantile(values.sorted(), 0.5) }

  /// Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996); the sample is sorted.
  package static func quantile(_ sorted: [Double], _ probability: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let position = probability * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count else { return last }
    return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
  }
}
