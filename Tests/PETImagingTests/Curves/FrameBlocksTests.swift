import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETImaging

/// Frames as means over blocks.
struct FrameBlocksTests {
  /// Voxels of 2 x 2 x 2.5 mm are taken by twos, and what is left at the edges takes no part.
  @Test func meansOfBlocks() throws {
    let folder = try TemporaryFolder()
    let grid = Grid(nx: 5, ny: 4, nz: 2, affine: Affine(rows: [2, 0, 0, -7, 0, 2, 0, 1, 0, 0, 2.5, 3]))
    let path = folder.file("x.nii.gz")
    let values = (0..<grid.count).map(Double.init)
    try NIfTIWriter.write(path, grid: grid, frames: 3, storage: .float32, description: "test") { frame in
      frame == 1 ? values.map { _ in .nan } : values.map { $0 * Double(frame + 1) }
    }
    let blocks = try FrameBlocks(path: path, frames: 3, kept: [(0, 1), (1, 1), (2, 0.5)])
    #expect((blocks.grid.nx, blocks.grid.ny, blocks.grid.nz) == (2, 2, 1))
    // The centre of the first block lies between its voxels.
    let first = blocks.grid.affine.apply(0, 0, 0)
    #expect(first.0 == -6 && first.1 == 2 && first.2 == 4.25)
    // Voxels 0, 1, 5, 6 and the same a layer of 20 later.
    #expect(blocks.frames[0][0] == 13 && blocks.frames[0][3] == 25)
    #expect(blocks.frames[1] == [0, 0, 0, 0] && blocks.frames[2][0] == 19.5)
    let error = #expect(throws: PETError.self) { try FrameBlocks(path: path, frames: 2, kept: [(0, 1)]) }
    #expect(error?.field == "dim[4]")
  }
}
