import PETCore
package import PETImaging

/// Another place of labels than that where they are drawn.
package struct LabelPlace: Sendable {
  /// Takes points of that place to points where they are drawn.
  package let toDrawn: Affine
  /// Whether they were found there; else they were said to lie there.
  package let isFound: Bool

  package init(toDrawn: Affine, isFound: Bool) { (self.toDrawn, self.isFound) = (toDrawn, isFound) }

  /// What its outlines are.
  var words: String { isFound ? "where the scan says they lie" : "where they were said to lie" }
}

/// The mean of a scan in three planes with the outlines of its regions.
package struct ScanPlanes: Sendable {
  package struct Plane: Sendable {
    package let plane: WorldPlane
    package let mean: [Double]
    /// 0 outside the regions.
    package let labels: [Int32]
    /// The labels at their other place; nil where there is none.
    package let others: [Int32]?
  }

  package let planes: [Plane]
  /// Where the labels lie besides; nil where it is not worth a word.
  package let other: LabelPlace?
  /// kBq/mL that is shown black.
  package let darkest: Double

  /// - Parameters:
  ///   - mean: kBq/mL.
  ///   - labels: of the regions, on any grid of the same space.
  ///   - planes: the same for the two scans of a person, so that their places can be compared.
  package init(mean: Volume, labels: Volume, planes: [WorldPlane], other: LabelPlace? = nil) {
    self.other = other
    func numbers(_ values: [Double]) -> [Int32] { values.map { $0.isFinite ? Int32($0) : 0 } }
    self.planes = planes.map { plane in
      Plane(
        plane: plane, mean: plane.samples(mean), labels: numbers(plane.nearest(labels)),
        others: other.map { numbers(plane.nearest(labels, at: $0.toDrawn)) })
    }
    let seen = self.planes.flatMap(\.mean).filter(\.isFinite).sorted()
    darkest = max(seen.isEmpty ? 1 : Order.quantile(seen, 0.995), 1e-9)
  }
}

/// Means of a scan before and after a correction for motion.
package struct BeforeAfter: Sendable {
  package let before: ScanPlanes
  package let after: ScanPlanes

  package init(before: ScanPlanes, after: ScanPlanes) { (self.before, self.after) = (before, after) }
}
