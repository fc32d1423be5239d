package import PETCore

/// Every frame of a scan as means over blocks of about 4 mm: small enough to be held together, fine enough for a head's motion.
package struct FrameBlocks: Sendable {
  package let grid: Grid
  /// One value a block, x fastest, frame by frame; voxels without a number count as 0.
  package let frames: [[Float]]

  package init(grid: Grid, frames: [[Float]]) { (self.grid, self.frames) = (grid, frames) }

  /// Edge of a block, mm, as far as whole voxels make it.
  private static let edge = 4.0

  /// Voxels along each edge of a block.
  package static func sides(of grid: Grid) -> [Int] {
    zip([grid.voxelSize.0, grid.voxelSize.1, grid.voxelSize.2], [grid.nx, grid.ny, grid.nz]).map { size, count in
      min(count, max(1, Int((edge / size).rounded())))
    }
  }

  /// Reads a scan once.
  ///
  /// - Parameter kept: stored frames that count, with their factors.
  package init(path: String, frames: Int, kept: [(index: Int, factor: Double)]) throws(PETError) {
    let pass = try FramePass(path: path, frames: frames)
    let blocks = FrameBlockSum(of: pass.header, kept: kept)
    try pass.eachFrame { blocks.add($0) }
    self = blocks.value
  }
}

/// Means over blocks, gathered while frames pass.
final class FrameBlockSum {
  private let header: ImageHeader
  private let factors: [Int: Double]
  private let sides: [Int]
  private let grid: Grid
  private var frames: [[Float]] = []
  private var frame = 0

  init(of header: ImageHeader, kept: [(index: Int, factor: Double)]) {
    self.header = header
    factors = Dictionary(uniqueKeysWithValues: kept.map { ($0.index, $0.factor) })
    let own = header.grid
    let sides = FrameBlocks.sides(of: own)
    self.sides = sides
    var rows = [Double](repeating: 0, count: 12)
    for row in 0..<3 {
      for column in 0..<3 { rows[4 * row + column] = own.affine[row, column] * Double(sides[column]) }
    }
    let first = sides.map { Double($0 - 1) / 2 }
    (rows[3], rows[7], rows[11]) = own.affine.apply(first[0], first[1], first[2])
    grid = Grid(
      nx: own.nx / sides[0], ny: own.ny / sides[1], nz: own.nz / sides[2], affine: Affine(rows: rows))
  }

  /// Of the frames so far.
  var value: FrameBlocks { FrameBlocks(grid: grid, frames: frames) }

  func add(_ stored: VoxelBytes) {
    defer { frame += 1 }
    guard let factor = factors[frame] else { return }
    let share = factor / Double(sides.reduce(1, *))
    frames.append(
      stored.withElements(
        Sum(
          own: header.grid, blocks: grid, sides: sides, slope: header.slope * share,
          offset: header.intercept * share)))
  }

  private struct Sum: ElementBody {
    let own: Grid
    let blocks: Grid
    let sides: [Int]
    let slope: Double
    let offset: Double

    func run<T: VoxelElement>(_ elements: UnsafeBufferPointer<T>) -> [Float] {
      var sums = [Float](repeating: 0, count: blocks.count)
      let (side, width) = (sides[0], blocks.nx * sides[0])
      sums.withUnsafeMutableBufferPointer { sums in
        for z in 0..<blocks.nz * sides[2] {
          for y in 0..<blocks.ny * sides[1] {
            let source = own.nx * (y + own.ny * z)
            var target = blocks.nx * (y / sides[1] + blocks.ny * (z / sides[2]))
            var left = side
            for x in 0..<width {
              let value = Float(elements[source + x].double * slope + offset)
              if value.isFinite { sums[target] += value }
              left -= 1
              if left == 0 { (target, left) = (target + 1, side) }
            }
          }
        }
      }
      return sums
    }
  }
}
