import PETCore
package import PETImaging

/// A person's head in slices of three views: the mean of a scan, and the label of each pixel.
package struct BrainSlices: Sendable {
  /// The slices of one view, from below, behind or the left.
  package struct Slices: Sendable {
    package let view: WorldPlane.View
    /// Of the mean.
    package let planes: [WorldPlane]
    /// kBq/mL, of each plane; NaN outside the image.
    package let means: [[Double]]
    /// Of the labels: the same places, with smaller pixels.
    package let fine: [WorldPlane]
    /// 0 outside the regions.
    package let labels: [[Int32]]
    /// The slice that is seen first: where most regions are.
    package let first: Int
  }

  package let slices: [Slices]
  /// Names of the labels.
  package let names: [Int32: String]
  /// kBq/mL that is shown black.
  package let darkest: Double
  /// Whose head it is.
  package let person: String

  /// Slices of a view.
  private static let count = 12
  /// Edges of pixels, mm: of the mean, which is blurred, and of the labels; the one is a multiple of the other.
  private static let (coarse, fine) = (4.0, 2.0)
  /// An odd number: pixels of labels then have their centres where voxels of 2 mm have theirs.
  private static let margin = 9.0

  /// - Parameters:
  ///   - mean: kBq/mL.
  ///   - labels: on any grid of the same space.
  ///   - names: of the labels; those without one are not painted.
  package init?(mean: Volume, labels: Volume, names: [Int32: String], person: String) {
    guard var box = WorldBox(labelled: labels, margin: Self.margin) else { return nil }
    // A whole number of pixels of either size: the two lie over each other.
    let top = box.high
    for axis in 0..<3 {
      box.high[axis] = box.low[axis] + ((top[axis] - box.low[axis]) / Self.coarse - 1e-6).rounded(.up) * Self.coarse
    }
    let busiest = labels.busiestPlanes(step: Self.fine, in: box)
    slices = WorldPlane.View.allCases.map { view in
      let axis = view.across
      let (low, high) = (box.low[axis] + Self.margin, top[axis] - Self.margin)
      // On a grid of the labels' pixels, so that no place lies between two voxels by chance.
      let step = max(((high - low) / Double(Self.count) / Self.fine).rounded(), 1) * Self.fine
      let below = Int(((busiest[axis] - low) / step).rounded(.down))
      let above = Int(((high - busiest[axis]) / step).rounded(.down))
      let places = (-below...above).map { busiest[axis] + Double($0) * step }
      let planes = places.map { WorldPlane(view, at: $0, showing: box, pixel: Self.coarse) }
      let fine = places.map { WorldPlane(view, at: $0, showing: box, pixel: Self.fine) }
      return Slices(
        view: view, planes: planes, means: planes.map { $0.samples(mean) }, fine: fine,
        labels: fine.map { $0.nearest(labels).map { $0.isFinite ? Int32($0) : 0 } }, first: below)
    }
    (self.names, self.person) = (names, person)
    let seen = slices.flatMap { $0.means[$0.first] }.filter(\.isFinite).sorted()
    darkest = max(seen.isEmpty ? 1 : Order.quantile(seen, 0.995), 1e-9)
  }
}
