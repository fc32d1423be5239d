import PETCore

/// Persons whose log ratio in a region lies far from those of the others.
///
/// By the modified z of Iglewicz and Hoaglin 1993: 0.6745 (x - median)/MAD beyond 3.5. It tells where to look, and leaves
/// nobody out of anything.
package enum Outliers {
  package static let limit = 3.5
  /// Of fewer persons a median tells too little.
  package static let fewest = 8

  /// Places of values beyond the limit, with their modified z.
  package static func places(in values: [Double]) -> [(place: Int, z: Double)] {
    let finite = values.filter(\.isFinite).sorted()
    guard finite.count >= fewest else { return [] }
    let median = Order.quantile(finite, 0.5)
    let deviation = Order.quantile(finite.map { abs($0 - median) }.sorted(), 0.5)
    guard deviation > 0 else { return [] }
    return values.indices.compactMap { i in
      let z = 0.6745 * (values[i] - median) / deviation
      return abs(z) > limit ? (i, z) : nil
    }
  }
}
