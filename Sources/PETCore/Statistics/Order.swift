/// Order statistics of a sample.
package enum Order {
  /// Of a sample that need not be sorted.
  ///
  /// By selection, in a time that grows with the size of the sample (Hoare 1961, doi:10.1145/366622.366647).
  package static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty, values.allSatisfy({ !$0.isNaN }) else { return quantile(values.sorted(), 0.5) }
    var values = values
    let middle = (values.count - 1) / 2
    let below = values.withUnsafeMutableBufferPointer { select(middle, of: $0) }
    guard values.count.isMultiple(of: 2), let above = values[(middle + 1)...].min() else { return below }
    return below + 0.5 * (above - below)
  }

  /// Brings the number of a rank to its place, none after it being smaller and none before it larger.
  private static func select(_ rank: Int, of values: UnsafeMutableBufferPointer<Double>) -> Double {
    var (low, high) = (0, values.count - 1)
    while low < high {
      // The middle one of three as the pivot: sorted samples are common.
      let (first, last, middle) = (values[low], values[high], values[(low + high) / 2])
      let pivot = max(min(first, last), min(max(first, last), middle))
      var (i, j) = (low, high)
      while i <= j {
        while values[i] < pivot { i += 1 }
        while values[j] > pivot { j -= 1 }
        if i <= j {
          values.swapAt(i, j)
          i += 1
          j -= 1
        }
      }
      if rank <= j { high = j } else if rank >= i { low = i } else { break }
    }
    return values[rank]
  }

  /// Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996); the sample is sorted.
  package static func quantile(_ sorted: [Double], _ probability: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let position = probability * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count else { return last }
    return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
  }
}
