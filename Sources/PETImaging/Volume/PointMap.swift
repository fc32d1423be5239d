/// A map of points to points, in mm of scanner coordinates (right, anterior, superior): affine maps and displacements, one
/// after the other.
package struct PointMap: Sendable {
  private enum Step {
    case affine(Affine)
    case field(DisplacementField)
  }

  /// In the order in which a point goes through them; no two affine ones follow each other.
  private let steps: [Step]

  package init(_ affine: Affine) { steps = [.affine(affine)] }
  package init(_ field: DisplacementField) { steps = [.field(field)] }

  private init(steps: [Step]) { self.steps = steps }

  /// self after other.
  package func after(_ other: PointMap) -> PointMap {
    guard case .affine(let first)? = other.steps.last, case .affine(let second)? = steps.first else {
      return PointMap(steps: other.steps + steps)
    }
    return PointMap(steps: other.steps.dropLast() + [.affine(second.after(first))] + steps.dropFirst())
  }

  /// The whole map; nil of one that bends.
  package var affine: Affine? {
    guard steps.count == 1, case .affine(let affine) = steps[0] else { return nil }
    return affine
  }

  package func apply(_ x: Double, _ y: Double, _ z: Double) -> (Double, Double, Double) {
    var point = (x, y, z)
    for step in steps {
      switch step {
      case .affine(let affine): point = affine.apply(point.0, point.1, point.2)
      case .field(let field): point = field.apply(point.0, point.1, point.2)
      }
    }
    return point
  }
}
