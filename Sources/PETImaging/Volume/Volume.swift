package import PETCore

/// The samples of one volume on its grid, in Double, x fastest.
package struct Volume: Sendable {
  package let grid: Grid
  package var values: [Double]
  package let file: String
  package let findings: [Finding]

  package init(grid: Grid, values: [Double], file: String = "", findings: [Finding] = []) {
    self.grid = grid
    self.values = values
    self.file = file
    self.findings = findings
  }

  /// Reads a 3-D image (4-D with one frame counts as 3-D).
  package init(path: String) throws(PETError) {
    let stream = try VoxelStream(path: path)
    guard stream.header.frames == 1 else {
      throw PETError(
        .wrongInput, file: path, field: "dim[4]",
        "the image has \(stream.header.frames) frames where one volume is needed",
        remedy: "give a 3-D image")
    }
    var values = [Double](repeating: 0, count: stream.header.grid.count)
    try Self.read(stream, into: &values)
    try stream.finish()
    self.init(grid: stream.header.grid, values: values, file: path, findings: stream.findings)
  }

  /// Reads the next volume of a stream.
  static func read(_ stream: VoxelStream, into values: inout [Double]) throws(PETError) {
    var failure: PETError?
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { scratch.deallocate() }
    values.withUnsafeMutableBufferPointer { target in
      var done = 0
      while done < target.count {
        do throws(PETError) {
          let rest = UnsafeMutableBufferPointer(rebasing: target[done...])
          let count = try stream.read(into: rest, scratch: scratch)
          if count == 0 { break }
          done += count
        } catch {
          failure = error
          return
        }
      }
    }
    if let failure { throw failure }
  }
}
