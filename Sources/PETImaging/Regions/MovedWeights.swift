/// Weights of regions that are not in the same place in all frames.
package struct MovedWeights: Sendable {
  package let weights: [RegionWeights]
  /// Of each stored frame, which of them.
  package let places: [Int]

  package init(_ weights: [RegionWeights], places: [Int]) { (self.weights, self.places) = (weights, places) }
}
