package import PETImaging
import PETCore

extension Affine {
  /// As an image transform of ITK: text, in left, posterior, superior.
  package var itkText: String {
    let sign: (Int) -> Double = { $0 < 2 ? -1 : 1 }
    let matrix = (0..<3).flatMap { i in (0..<3).map { sign(i) * sign($0) * self[i, $0] } }
    let offset = (0..<3).map { sign($0) * self[$0, 3] }
    // No minus before 0.
    let numbers = (matrix + offset).map { NumberText.exact($0 == 0 ? 0 : $0) }.joined(separator: " ")
    return "#Insight Transform File V1.0\n#Transform 0\nTransform: AffineTransform_double_3_3\nParameters: \(numbers)\n"
      + "FixedParameters: 0 0 0\n"
  }
}
