import Foundation
import PETCore
import PETImaging

/// Affine or rigid transforms of ITK, as ANTs and PETPrep write them: text (`#Insight Transform File V1.0`) or binary (`.mat`).
///
/// A file holds one, or one for each frame of a scan.
///
/// `Parameters` are the matrix row by row and a translation t, `FixedParameters` a centre c:
/// y = A (x - c) + c + t, in left, posterior, superior. An image transform in ITK's sense takes points of the image that is
/// made to points of the image that is moved: from the scan to the labels where it brings labels to the scan.
struct ITKTransform {
  private struct Part {
    let kind: String
    var parameters: [Double] = []
    /// A file without them is not whole.
    var fixed: [Double]?
  }

  private var parts: [Part] = []

  var count: Int { parts.count }

  init(text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let halves = line.split(separator: ":", maxSplits: 1).map(\.trimmed)
      guard halves.count == 2 else { continue }
      let numbers = halves[1].split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      switch halves[0] {
      case "Transform": parts.append(Part(kind: halves[1]))
      case "Parameters": last { $0.parameters = numbers }
      case "FixedParameters": last { $0.fixed = numbers }
      default: break
      }
    }
  }

  private mutating func last(_ change: (inout Part) -> Void) {
    if !parts.isEmpty { change(&parts[parts.count - 1]) }
  }

  /// Parameters go by the name of their transform, and are followed by the fixed ones.
  init(_ file: MatlabMatrices) {
    for (name, values) in file.matrices {
      if name == "fixed" {
        last { $0.fixed = values }
      } else {
        parts.append(Part(kind: name, parameters: values))
      }
    }
  }

  /// The map of points, from the scan on.
  ///
  /// - Parameter file: that stands in messages.
  func map(file: String) throws(PETError) -> Affine {
    let maps = try maps(file: file)
    guard maps.count == 1 else {
      throw PETError(
        .wrongInput, file: file, field: "Transform", "it holds \(maps.count) transforms",
        remedy: "write each to a file of its own, and name them joined by commas")
    }
    return maps[0]
  }

  /// The map of points of each transform.
  func maps(file: String) throws(PETError) -> [Affine] {
    guard !parts.isEmpty else {
      throw PETError(
        .wrongInput, file: file, field: "Transform", "it names no transform",
        remedy: "copy it again, or make the transform again")
    }
    return try parts.map { (part) throws(PETError) in try Self.map(part, file: file) }
  }

  private static func map(_ part: Part, file: String) throws(PETError) -> Affine {
    func fault(_ field: String, _ problem: String, _ remedy: String) -> PETError {
      PETError(.wrongInput, file: file, field: field, problem, remedy: remedy)
    }
    let (kind, parameters) = (part.kind, part.parameters)
    guard let fixed = part.fixed else {
      throw fault("FixedParameters", "they are missing", "copy it again, or make the transform again")
    }
    // An Euler3D of ITK 5 has a fourth: whether turns are about z, y and x, instead of z, x and y.
    guard fixed.count == 3 || fixed.count == 4 && kind.contains("Euler3D") else {
      throw fault(
        "FixedParameters", "\(fixed.count) numbers are no centre of three dimensions", "make the transform again")
    }
    let centre = Array(fixed[0..<3])
    let matrix: [Double]
    let offset: [Double]
    if kind.contains("Affine") || kind.contains("MatrixOffset"), parameters.count == 12 {
      (matrix, offset) = (Array(parameters[0..<9]), Array(parameters[9..<12]))
    } else if kind.contains("Euler3D"), parameters.count == 6 {
      (matrix, offset) = (euler(parameters, isZYX: fixed.count == 4 && fixed[3] != 0), Array(parameters[3..<6]))
    } else {
      throw fault(
        "Transform", "'\(kind)' with \(parameters.count) parameters is not read",
        "write an affine or Euler3D transform of three dimensions")
    }
    guard (matrix + offset + centre).allSatisfy(\.isFinite) else {
      throw fault("Parameters", "they are no numbers", "make the transform again")
    }
    var rows = [Double](repeating: 0, count: 12)
    for i in 0..<3 {
      var start = offset[i] + centre[i]
      for j in 0..<3 { start -= matrix[3 * i + j] * centre[j] }
      // Left and posterior turned round, on both sides.
      let sign: (Int) -> Double = { $0 < 2 ? -1 : 1 }
      for j in 0..<3 { rows[4 * i + j] = sign(i) * sign(j) * matrix[3 * i + j] }
      rows[4 * i + 3] = sign(i) * start
    }
    return Affine(rows: rows)
  }

  /// ITK's Euler3D, angles about x, y and z in radians: R = Rz Rx Ry, or Rz Ry Rx.
  private static func euler(_ angles: [Double], isZYX: Bool) -> [Double] {
    func turn(_ axis: Int) -> Affine {
      let (c, s) = (cos(angles[axis]), sin(angles[axis]))
      let (i, j) = ((axis + 1) % 3, (axis + 2) % 3)
      var rows = [Double](repeating: 0, count: 12)
      rows[4 * axis + axis] = 1
      (rows[4 * i + i], rows[4 * i + j], rows[4 * j + i], rows[4 * j + j]) = (c, -s, s, c)
      return Affine(rows: rows)
    }
    let whole = isZYX ? turn(2).after(turn(1)).after(turn(0)) : turn(2).after(turn(0)).after(turn(1))
    return (0..<3).flatMap { row in (0..<3).map { whole[row, $0] } }
  }
}
