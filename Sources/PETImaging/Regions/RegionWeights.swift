package import PETCore

/// Regional weights a_i(x): how much of each voxel of a grid belongs to region i.
///
/// Of a label image every weight is 0 or 1 and a voxel has one region; weights of masks are 0 to 1, and masks may overlap.
/// They lie on a scan by their own matrix, under a pose that is the identity unless one is given.
package struct RegionWeights: Sendable {
  enum Form: Sendable {
    case labels([Int32])
    case masks([RegionMask])
  }

  package let grid: Grid
  /// Takes points of the scan to points of the regions, both in mm; nil for the identity.
  package var pose: PointMap?
  /// Where they are from; the first of several files, for messages.
  package let file: String
  package let files: [String]
  package let findings: [Finding]
  let form: Form

  package init(_ image: LabelImage) {
    (grid, file, files, findings) = (image.grid, image.file, [image.file], image.findings)
    form = .labels(image.labels)
  }

  /// - Parameter masks: of different indices, on one grid.
  package init(_ masks: [RegionMask], on grid: Grid, findings: [Finding] = []) {
    var seen: Set<String> = []
    files = masks.map(\.file).filter { seen.insert($0).inserted }
    file = files.first ?? ""
    self.grid = grid
    self.findings = findings
    form = .masks(masks)
  }

  /// Whether regions may overlap.
  package var areMasks: Bool { if case .masks = form { true } else { false } }

  /// The region of each voxel of the grid, 0 for none; nil of masks that overlap or hold fractions.
  package var ownLabels: [Int32]? {
    switch form {
    case .labels(let labels): return labels
    case .masks(let masks):
      guard !areFractions else { return nil }
      var labels = [Int32](repeating: 0, count: grid.count)
      for mask in masks {
        for offset in mask.offsets {
          guard labels[Int(offset)] == 0 else { return nil }
          labels[Int(offset)] = Int32(mask.index)
        }
      }
      return labels
    }
  }

  /// Whether some weights are neither 0 nor 1.
  package var areFractions: Bool {
    if case .masks(let masks) = form { masks.contains(where: \.isFraction) } else { false }
  }

  /// Indices of the regions that have voxels, ascending, without background.
  package var present: [Int] {
    switch form {
    case .labels(let labels): Self.present(labels)
    case .masks(let masks): masks.filter { !$0.offsets.isEmpty }.map(\.index).sorted()
    }
  }

  /// The labels of some voxels, ascending, without background.
  package static func present(_ labels: [Int32]) -> [Int] {
    var seen: Set<Int32> = []
    var last: Int32 = 0
    for label in labels where label != last {
      last = label
      seen.insert(label)
    }
    seen.remove(0)
    return seen.sorted().map(Int.init)
  }

  /// Voxels of some regions on their own grid, by their weights: 1 each of a label image.
  package func total(of indices: Set<Int>) -> Double {
    switch form {
    case .labels(let labels):
      let wanted = Set(indices.map(Int32.init))
      return Double(labels.count { $0 != 0 && wanted.contains($0) })
    case .masks(let masks): return masks.filter { indices.contains($0.index) }.reduce(0) { $0 + $1.total }
    }
  }

  // MARK: - On another grid

  /// Whether voxel and voxel are one place.
  func isOn(_ other: Grid) -> Bool { pose == nil && other.isSame(as: grid) }

  /// The map from indices of a scan's grid to those of the regions.
  private func indices(of other: Grid) throws(PETError) -> (Double, Double, Double) -> (Double, Double, Double) {
    do throws(PETError) {
      let map = pose?.after(PointMap(other.affine)) ?? PointMap(other.affine)
      if let affine = map.affine {
        let indices = try Grid(nx: other.nx, ny: other.ny, nz: other.nz, affine: affine).indices(in: grid)
        return { indices.apply($0, $1, $2) }
      }
      // From mm, one by one: the matrix of a grid of voxels of 1 mm is the identity.
      let millimetres = Grid(nx: 1, ny: 1, nz: 1, affine: .identity)
      let toIndices = try millimetres.indices(in: grid)
      return { (x, y, z) in
        let point = map.apply(x, y, z)
        return toIndices.apply(point.0, point.1, point.2)
      }
    } catch { throw error.at(file: file) }
  }

  /// For each voxel of a scan's grid the voxel of the regions that lies at its centre: u = A_regions⁻¹ P A_scan (i, j, k),
  /// index floor(u + 0.5); -1 outside.
  ///
  /// Where labels are half as large as the scan's voxels, centres lie between two of them everywhere: always the upper one
  /// would move all labels by half of theirs along each axis, so that it is one and the other in turn, by the other two axes.
  private func nearest(on other: Grid) throws(PETError) -> [Int32] {
    let map = try indices(of: other)
    var result = [Int32](repeating: -1, count: other.count)
    var at = 0
    for k in 0..<other.nz {
      for j in 0..<other.ny {
        for i in 0..<other.nx {
          let u = map(Double(i), Double(j), Double(k))
          let x = Self.nearest(u.0, isLower: (j + k) & 1 == 1)
          let y = Self.nearest(u.1, isLower: (i + k) & 1 == 1)
          let z = Self.nearest(u.2, isLower: (i + j) & 1 == 1)
          if x >= 0, y >= 0, z >= 0, x < Double(grid.nx), y < Double(grid.ny), z < Double(grid.nz) {
            result[at] = Int32(Int(x) + grid.nx * (Int(y) + grid.ny * Int(z)))
          }
          at += 1
        }
      }
    }
    return result
  }

  /// The voxel nearest to a place along an axis, of two that are as near the lower one where that is asked for.
  private static func nearest(_ place: Double, isLower: Bool) -> Double {
    let edge = (place + 0.5).rounded()
    if isLower, abs(place + 0.5 - edge) < 1e-6 { return edge - 1 }
    return (place + 0.5).rounded(.down)
  }

  /// The region that each voxel of a scan's grid belongs to most, 0 for none: of masks the largest weight of at least a half,
  /// the first of equal ones.
  package func labels(on other: Grid) throws(PETError) -> [Int32] {
    let own: [Int32]
    switch form {
    case .labels(let labels): own = labels
    case .masks(let masks):
      var labels = [Int32](repeating: 0, count: grid.count)
      var most = [Float](repeating: 0, count: grid.count)
      for mask in masks {
        mask.each { offset, weight in
          guard weight >= 0.5, Float(weight) > most[offset] else { return }
          most[offset] = Float(weight)
          labels[offset] = Int32(mask.index)
        }
      }
      own = labels
    }
    return isOn(other) ? own : try nearest(on: other).map { $0 < 0 ? 0 : own[Int($0)] }
  }

  /// The weights of regions at the voxels of a scan's grid: each region's voxels, ascending, with what of them is its own.
  ///
  /// - Parameter indices: of the regions, in the order of the result.
  package func voxels(of indices: [Int], on other: Grid) throws(PETError) -> [[WeightedVoxel]] {
    switch form {
    case .labels:
      let labels = try labels(on: other)
      let place = Dictionary(uniqueKeysWithValues: indices.enumerated().map { (Int32($0.element), $0.offset) })
      var result = [[WeightedVoxel]](repeating: [], count: indices.count)
      for (offset, label) in labels.enumerated() where label != 0 {
        if let region = place[label] { result[region].append(WeightedVoxel(offset: offset, weight: 1)) }
      }
      return result
    case .masks(let masks):
      let known = Dictionary(masks.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
      let wanted = indices.map { known[$0] }
      if isOn(other) { return wanted.map { $0?.voxels ?? [] } }
      let near = try nearest(on: other)
      var weights = [Double](repeating: 0, count: grid.count)
      return wanted.map { mask in
        guard let mask else { return [] }
        mask.each { weights[$0] = $1 }
        defer { mask.each { offset, _ in weights[offset] = 0 } }
        return near.indices.compactMap { offset in
          let weight = near[offset] < 0 ? 0 : weights[Int(near[offset])]
          return weight > 0 ? WeightedVoxel(offset: offset, weight: weight) : nil
        }
      }
    }
  }

  /// Calls `body` for every voxel of every region with its index, its weight and its trilinear corners in the image (nil:
  /// outside).
  package func eachSample(in image: Grid, _ body: (Int32, Double, TrilinearCorners?) -> Void) throws(PETError) {
    let map: Affine
    do throws(PETError) {
      let own = try pose.map { (pose) throws(PETError) in
        guard let affine = pose.affine else {
          throw PETError(
            .wrongInput, field: "transform", "a field of displacements has no way back from the labels to the scan",
            remedy: "take the labels at the voxels of the scan (sampling labels-to-image)")
        }
        guard let inverse = affine.inverse else {
          throw PETError(.wrongInput, field: "transform", "it is singular", remedy: "correct the transform")
        }
        return inverse.after(grid.affine)
      }
      map = try Grid(nx: grid.nx, ny: grid.ny, nz: grid.nz, affine: own ?? grid.affine).indices(in: image)
    } catch { throw error.at(file: file) }
    func corners(_ offset: Int) -> TrilinearCorners? {
      let (i, j, k) = (offset % grid.nx, offset / grid.nx % grid.ny, offset / (grid.nx * grid.ny))
      return TrilinearCorners(map.apply(Double(i), Double(j), Double(k)), in: image)
    }
    switch form {
    case .labels(let labels):
      for (offset, label) in labels.enumerated() where label != 0 { body(label, 1, corners(offset)) }
    case .masks(let masks):
      for mask in masks { mask.each { body(Int32(mask.index), $1, corners($0)) } }
    }
  }
}

/// A voxel and what of it belongs to a region.
package struct WeightedVoxel: Sendable, Equatable {
  package let offset: Int
  /// 0 to 1, or what several samples have together.
  package let weight: Double

  package init(offset: Int, weight: Double) {
    self.offset = offset
    self.weight = weight
  }
}

/// One region as a mask: its voxels with their weights.
package struct RegionMask: Sendable {
  /// Number of the region, from 1.
  package let index: Int
  package let file: String
  /// Voxels of weight above 0, ascending.
  let offsets: [Int32]
  /// Of these voxels; nil where all are 1.
  private let fractions: [Double]?

  /// - Parameter weights: of every voxel of the grid, 0 to 1.
  package init(index: Int, file: String, weights: [Double]) {
    self.index = index
    self.file = file
    let places = weights.indices.filter { weights[$0] > 0 }
    offsets = places.map(Int32.init)
    fractions = places.allSatisfy { weights[$0] == 1 } ? nil : places.map { weights[$0] }
  }

  /// - Parameter voxels: of weight above 0, ascending.
  package init(index: Int, file: String, voxels: [WeightedVoxel]) {
    self.index = index
    self.file = file
    offsets = voxels.map { Int32($0.offset) }
    fractions = voxels.allSatisfy { $0.weight == 1 } ? nil : voxels.map(\.weight)
  }

  var isFraction: Bool { fractions != nil }

  /// The same with some of its voxels, asked for one after the other.
  func keeping(_ isKept: () -> Bool) -> RegionMask {
    let places = offsets.indices.filter { _ in isKept() }
    return RegionMask(
      index: index, file: file, offsets: places.map { offsets[$0] },
      fractions: fractions.map { all in places.map { all[$0] } })
  }

  private init(index: Int, file: String, offsets: [Int32], fractions: [Double]?) {
    self.index = index
    self.file = file
    self.offsets = offsets
    self.fractions = fractions
  }

  /// Sum of the weights.
  var total: Double { fractions?.reduce(0, +) ?? Double(offsets.count) }

  var voxels: [WeightedVoxel] {
    offsets.indices.map { WeightedVoxel(offset: Int(offsets[$0]), weight: fractions?[$0] ?? 1) }
  }

  func each(_ body: (_ offset: Int, _ weight: Double) -> Void) {
    for place in offsets.indices { body(Int(offsets[place]), fractions?[place] ?? 1) }
  }
}

extension RegionWeights {
  /// The mean place of all regions' voxels in their own space, mm.
  package var centre: (x: Double, y: Double, z: Double) {
    var (sums, count) = ([0.0, 0.0, 0.0], 0.0)
    func add(_ offset: Int, _ weight: Double) {
      let (i, j, k) = (offset % grid.nx, offset / grid.nx % grid.ny, offset / (grid.nx * grid.ny))
      sums[0] += weight * Double(i)
      sums[1] += weight * Double(j)
      sums[2] += weight * Double(k)
      count += weight
    }
    switch form {
    case .labels(let labels): for (offset, label) in labels.enumerated() where label != 0 { add(offset, 1) }
    case .masks(let masks): for mask in masks { mask.each(add) }
    }
    let mean = grid.affine.apply(sums[0] / max(1, count), sums[1] / max(1, count), sums[2] / max(1, count))
    return (mean.0, mean.1, mean.2)
  }
}
