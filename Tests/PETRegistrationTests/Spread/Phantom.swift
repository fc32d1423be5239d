import Foundation
import PETCore
import PETImaging
import PETTestSupport

/// A head of ellipsoids whose activity is constant in each region, blurred and averaged into the voxels of a scan by direct
/// convolution at the labels' resolution: apart from the code that corrects.
struct Phantom {
  /// Edge of a label voxel, mm; the scan's is twice that.
  let edge: Double
  let size: Int
  let labels: [Int32]
  /// Of every label.
  var activity: [Int32: Double]

  static let white: Int32 = 1
  static let (left, right, nucleus, fluid, scalp): (Int32, Int32, Int32, Int32, Int32) = (2, 3, 4, 90, 91)
  /// On one side alone.
  static let lone: Int32 = 5

  /// - Parameters:
  ///   - size: label voxels along each axis, even.
  ///   - isLopsided: whether there is a nucleus on one side alone, and fluid of 4 mm instead of 3.
  init(size: Int = 44, edge: Double = 2, isLopsided: Bool = false) {
    (self.size, self.edge) = (size, edge)
    let half = Double(size - 1) / 2
    var labels = [Int32](repeating: 0, count: size * size * size)
    func inside(_ p: [Double], _ centre: [Double], _ axes: [Double]) -> Bool {
      zip(p, zip(centre, axes)).reduce(0) { $0 + pow(($1.0 - $1.1.0) / $1.1.1, 2) } <= 1
    }
    for at in labels.indices {
      let p = [at % size, at / size % size, at / (size * size)].map { (Double($0) - half) * edge }
      if inside(p, [0, 0, 0], [26, 30, 24]) {
        labels[at] = Self.white
        if inside(p, [-11, 4, 2], [6, 10, 7]) { labels[at] = Self.left }
        if inside(p, [11, 4, 2], [6, 10, 7]) { labels[at] = Self.right }
        if inside(p, [0, -14, -6], [5, 5, 6]) { labels[at] = Self.nucleus }
        if isLopsided, inside(p, [15, -10, 8], [6, 7, 6]) { labels[at] = Self.lone }
      } else if inside(p, [0, 0, 0], isLopsided ? [30, 34, 28] : [29, 33, 27]) {
        labels[at] = Self.fluid
      } else if inside(p, [0, 0, 0], [36, 40, 34]) {
        labels[at] = Self.scalp
      }
    }
    self.labels = labels
    activity = [
      0: 0, Self.white: 10, Self.left: 40, Self.right: 32, Self.nucleus: 25, Self.lone: 20, Self.fluid: 0.5,
      Self.scalp: 4,
    ]
  }

  var grid: Grid { Self.grid(size, edge) }
  var scan: Grid { Self.grid(size / 2, 2 * edge) }

  /// Centred on 0.
  private static func grid(_ size: Int, _ edge: Double) -> Grid {
    let start = -Double(size - 1) / 2 * edge
    return Grid(
      nx: size, ny: size, nz: size, affine: Affine(rows: [edge, 0, 0, start, 0, edge, 0, start, 0, 0, edge, start]))
  }

  /// Labels as a segmentation gives them: fluid and scalp are not told.
  var told: [Int32] { labels.map { $0 >= Self.fluid ? 0 : $0 } }

  func volume(_ label: Int32) -> Double { Double(labels.count { $0 == label }) * edge * edge * edge }

  /// Activity in the voxels of the scan, blurred: in plane and along the axis, mm.
  func scan(fwhm: (Double, Double)) -> [Double] {
    var field = labels.map { activity[$0] ?? 0 }
    for axis in 0..<3 { field = convolved(field, axis: axis, fwhm: axis == 2 ? fwhm.1 : fwhm.0) }
    let half = size / 2
    var result = [Double](repeating: 0, count: half * half * half)
    for (at, value) in field.enumerated() {
      let (x, y, z) = (at % size / 2, at / size % size / 2, at / (size * size) / 2)
      result[x + half * (y + half * z)] += value / 8
    }
    return result
  }

  /// What a voxel gives another at a distance: the Gaussian's integral over the one, averaged over the other by 64 places.
  ///
  /// - Parameter width: σ √2, in voxels.
  static func weight(_ distance: Double, width: Double) -> Double {
    let parts = 64
    let sum = (0..<parts).reduce(0.0) { sum, part in
      let at = distance + (Double(part) + 0.5) / Double(parts) - 0.5
      return sum + (erf((at + 0.5) / width) - erf((at - 0.5) / width)) / 2
    }
    return sum / Double(parts)
  }

  /// A Gaussian integrated over voxels, to 6 σ; nothing lies beyond the field.
  private func convolved(_ field: [Double], axis: Int, fwhm: Double) -> [Double] {
    let sigma = fwhm / (8 * log(2)).squareRoot() / edge
    let reach = Int((6 * sigma).rounded(.up))
    let width = sigma * 2.0.squareRoot()
    let weights = (-reach...reach).map { Self.weight(Double($0), width: width) }
    let stride = [1, size, size * size][axis]
    return field.indices.map { at in
      let place = at / stride % size
      var sum = 0.0
      for k in max(-reach, -place)...min(reach, size - 1 - place) { sum += weights[k + reach] * field[at + k * stride] }
      return sum
    }
  }

  /// A scan of frames with shares of the activity, and its labels, as files.
  func write(
    _ folder: TemporaryFolder, fwhm: (Double, Double), shares: [Double], labels: [Int32],
    change: (Double) -> Double = { $0 }
  ) throws -> (
    scan: String, labels: String
  ) {
    func raw(_ grid: Grid, frames: Int, _ values: [Double], as type: Int) -> RawNIfTI {
      var raw = RawNIfTI()
      raw.dims = [frames > 1 ? 4 : 3, grid.nx, grid.ny, grid.nz, frames, 1, 1, 1]
      raw.pixdim = [1, grid.voxelSize.0, grid.voxelSize.1, grid.voxelSize.2, 1, 0, 0, 0]
      raw.sform = grid.affine.m
      raw.store(values, as: type)
      return raw
    }
    let frame = scan(fwhm: fwhm).map(change)
    return (
      try folder.write(
        "x_pet.nii", raw(scan, frames: shares.count, shares.flatMap { share in frame.map { share * $0 } }, as: 64).data),
      try folder.write("x_dseg.nii", raw(grid, frames: 1, labels.map(Double.init), as: 8).data)
    )
  }
}
