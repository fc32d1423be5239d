import Foundation
package import PETCore
import PETImaging
import PETResults

/// What is left between the two scans of a pair, where both were fitted to one label image: a place that one scan takes for a
/// region's, the other may take for another's.
struct ScansApart {
  /// Rms over a head of how far the places lie apart that the two scans take for one, mm; 0 where both were moved.
  let displacement: Double
  let standardError: Double

  /// Of the ball that stands for a head, mm.
  private static let radius = 60.0

  /// Nil where the scans share no labels, or a fit does not tell where they lie.
  init?(_ numerator: ScanBinding, _ denominator: ScanBinding) {
    guard let a = numerator.placement, let b = denominator.placement,
      !numerator.images.isDisjoint(with: denominator.images)
    else { return nil }
    self.init(a, b)
  }

  init(_ a: AlignmentText.Placement, _ b: AlignmentText.Placement) {
    standardError = hypot(a.error, b.error)
    // Six points at √(3/5) of the radius along the axes have the mean and the second moments of the ball.
    let reach = Self.radius * (3.0 / 5).squareRoot()
    var squares: [Double] = []
    for axis in 0..<3 {
      for side in [-reach, reach] {
        var p = a.centre
        p[axis] += side
        let (first, second) = (a.misplacement.apply(p[0], p[1], p[2]), b.misplacement.apply(p[0], p[1], p[2]))
        let d = [first.0 - second.0, first.1 - second.1, first.2 - second.2]
        squares.append(d.reduce(0) { $0 + $1 * $1 })
      }
    }
    displacement = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }

  var json: JSONValue {
    .object([
      ("Displacement", .number(Rounding.significant(displacement, digits: 6))),
      ("StandardError", .number(Rounding.significant(standardError, digits: 6))), ("Units", "mm"),
      (
        "Description",
        .string(
          "rms over a head of 60 mm of how far the places lie apart that the two scans take for one place of the labels; 0 "
            + "where both scans' labels were moved, with what their fits leave as the error")
      ),
    ])
  }

  /// That the two scans do not take the same places for a region.
  ///
  /// - Parameter limit: displacement that counts, mm.
  func finding(limit: Double, file: String) -> Finding? {
    guard displacement > limit, displacement > 2 * standardError else { return nil }
    let words = NumberText.fixed(displacement, decimals: 1)
    return Finding(
      .warning, .scansApart, file: file, field: PipelineKey.alignMode.path, value: words,
      "the places that the two scans take for one region lie \(words) mm apart",
      remedy: "take labels where they lie in each (align: move)", castsDoubt: true)
  }
}

extension Finding.Code {
  package static let scansApart = Finding.Code("scans-apart")
}
