/// The false discovery rate of several tests at once.
package enum FalseDiscovery {
  /// Benjamini and Hochberg's adjusted p values (1995, doi:10.1111/j.2517-6161.1995.tb02031.x), in the order given.
  ///
  /// NaN where there was no test; those do not count.
  package static func adjusted(_ probabilities: [Double]) -> [Double] {
    let places = probabilities.indices.filter { !probabilities[$0].isNaN }
      .sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    var result = [Double](repeating: .nan, count: probabilities.count)
    var least = 1.0
    for (rank, place) in places.enumerated().reversed() {
      least = min(least, probabilities[place] * Double(places.count) / Double(rank + 1))
      result[place] = least
    }
    return result
  }
}
