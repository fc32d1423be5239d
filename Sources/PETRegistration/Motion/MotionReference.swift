import PETCore
import PETImaging

/// An image that frames are fitted to, at the places where it holds activity.
struct MotionReference {
  struct Point {
    let x: Double
    let y: Double
    let z: Double
  }

  let grid: Grid
  let points: [Point]
  /// That each of them stands for, mm3.
  let volume: Double
  /// Of the image at the points.
  let values: [Double]
  /// What a shift by a mm along x, y and z, and a turn about these axes through the centre, changes there: six a point.
  let columns: [Double]
  let centre: (x: Double, y: Double, z: Double)

  /// The six, the image, and one.
  static let unknowns = 8

  /// Share of the mean of what is positive above which a place holds activity: with the scalp, whose edge no binding changes.
  private static let share = 0.25

  /// - Parameters:
  ///   - image: on a grid of blocks, smooth.
  ///   - centre: that turns are about, mm.
  ///   - most: points, spread evenly.
  init(_ image: [Float], on grid: Grid, centre: (x: Double, y: Double, z: Double), most: Int) {
    self.grid = grid
    self.centre = centre
    let places = Self.places(image, on: grid)
    let step = max(1, (places.count + most - 1) / max(1, most))
    volume = grid.voxelVolume * Double(step)
    let strides = [1, grid.nx, grid.nx * grid.ny]
    let inverse = grid.affine.inverse ?? .identity
    var (points, values, columns): ([Point], [Double], [Double]) = ([], [], [])
    for at in stride(from: 0, to: places.count, by: step).map({ places[$0] }) {
      let p = grid.affine.apply(
        Double(at % grid.nx), Double(at / grid.nx % grid.ny), Double(at / (grid.nx * grid.ny)))
      // Half of what lies between the neighbours; they are too flat for a wave of a few voxels, which costs steps and no place.
      let slope = InlineArray<3, Double> { Double(image[at + strides[$0]] - image[at - strides[$0]]) / 2 }
      // By mm: the slope by indices through the matrix to indices.
      let g = InlineArray<3, Double> { axis in
        inverse[0, axis] * slope[0] + inverse[1, axis] * slope[1] + inverse[2, axis] * slope[2]
      }
      let q = (p.0 - centre.x, p.1 - centre.y, p.2 - centre.z)
      points.append(Point(x: p.0, y: p.1, z: p.2))
      values.append(Double(image[at]))
      // A turn w moves q by w x q: its share of g is w . (q x g).
      for axis in 0..<3 { columns.append(g[axis]) }
      columns.append(q.1 * g[2] - q.2 * g[1])
      columns.append(q.2 * g[0] - q.0 * g[2])
      columns.append(q.0 * g[1] - q.1 * g[0])
    }
    (self.points, self.values, self.columns) = (points, values, columns)
  }

  /// Voxels inside the grid that hold activity.
  static func places(_ image: [Float], on grid: Grid) -> [Int] {
    let positive = image.filter { $0 > 0 }
    let mean = positive.reduce(0.0) { $0 + Double($1) } / Double(max(1, positive.count))
    let limit = Float(share * mean)
    return image.indices.filter { at in
      guard image[at] > limit else { return false }
      let (x, y, z) = (at % grid.nx, at / grid.nx % grid.ny, at / (grid.nx * grid.ny))
      return x > 0 && y > 0 && z > 0 && x < grid.nx - 1 && y < grid.ny - 1 && z < grid.nz - 1
    }
  }

  /// - Parameter weights: of the points.
  func equations(_ weights: [Double]) -> NormalEquations {
    let n = Self.unknowns
    var equations = NormalEquations(n)
    equations.matrix.withUnsafeMutableBufferPointer { matrix in
      for (place, weight) in weights.enumerated() where weight > 0 {
        let from = 6 * place
        for i in 0..<6 {
          let value = weight * columns[from + i]
          for j in i..<6 { matrix[i * n + j] += value * columns[from + j] }
          matrix[i * n + 6] += value * values[place]
          matrix[i * n + 7] += value
        }
        matrix[6 * n + 6] += weight * values[place] * values[place]
        matrix[6 * n + 7] += weight * values[place]
        matrix[7 * n + 7] += weight
      }
    }
    return equations
  }

  /// The rms over the points of what a step with that covariance moves them by, mm.
  func displacementError(_ covariance: [[Double]]) -> Double {
    PointMoments(points.lazy.map { ($0.x, $0.y, $0.z) }, about: centre).displacementError(covariance)
  }
}
