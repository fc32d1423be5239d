package import PETCore

/// Where the head lies in each frame, as a table of ours has it.
package struct MotionFile: Sendable {
  /// To the right, front and top, mm, and about these axes, rad, frame by frame.
  package let translations: [[Double]]
  package let rotations: [[Double]]
  /// Rms over the head, mm.
  package let displacements: [Double]
  package let isHeld: [Bool]

  package init(path: String) throws(PETError) {
    let table = try TSVTable(path: path)
    func numbers(_ names: [String]) throws(PETError) -> [[Double]] {
      let columns = try names.map(table.required)
      return try table.rows.indices.map { (row) throws(PETError) in
        try columns.map { (column) throws(PETError) in try table.number(row, column) }
      }
    }
    translations = try numbers(["trans_x", "trans_y", "trans_z"])
    rotations = try numbers(["rot_x", "rot_y", "rot_z"])
    displacements = try numbers(["rmsd"]).map { $0[0] }
    isHeld = try numbers(["held"]).map { $0[0] != 0 }
  }
}
