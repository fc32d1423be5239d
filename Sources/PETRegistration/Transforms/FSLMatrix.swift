import PETCore
import PETImaging

/// A matrix of FSL's FLIRT (`-omat`): from its input to its reference, in mm of each image's own voxels, x turned round where
/// the image is stored with right on the right (positive determinant) (fsl.fmrib.ox.ac.uk/fsl/fslwiki/FLIRT/FAQ).
///
/// It tells neither of the two grids: its input are the labels, its reference the scan.
enum FSLMatrix {
  /// Four rows of four numbers; nil for another text.
  static func rows(_ text: String) -> [[Double]]? {
    let rows = text.split(whereSeparator: \.isNewline).map { line in
      line.split(whereSeparator: \.isWhitespace).map { Double($0) ?? .nan }
    }.filter { !$0.isEmpty }
    guard rows.count == 4, rows.allSatisfy({ $0.count == 4 && $0.allSatisfy(\.isFinite) }), rows[3] == [0, 0, 0, 1]
    else {
      return nil
    }
    return rows
  }

  static func read(_ file: String, regions: Grid?, scan: Grid?) throws(PETError) -> Affine {
    guard let regions, let scan else {
      throw PETError(
        .wrongInput, file: file, field: "transform", "a matrix of FSL among others does not tell its grids",
        remedy: "join the transforms into one, or write them as ITK text or .lta")
    }
    guard let rows = rows(try TextFile.read(file).text),
      let matrix = Affine(rows: Array(rows[0..<3].joined())).inverse,
      let toVoxels = scan.affine.inverse, let toRegions = scaled(regions).inverse
    else {
      throw PETError(.wrongInput, file: file, field: "matrix", "it is singular", remedy: "make the transform again")
    }
    return regions.affine.after(toRegions).after(matrix).after(scaled(scan)).after(toVoxels)
  }

  /// From voxels to FSL's mm.
  private static func scaled(_ grid: Grid) -> Affine {
    let size = grid.voxelSize
    let isTurned = grid.affine.determinant > 0
    return Affine(rows: [
      isTurned ? -size.0 : size.0, 0, 0, isTurned ? size.0 * Double(grid.nx - 1) : 0,
      0, size.1, 0, 0,
      0, 0, size.2, 0,
    ])
  }
}
