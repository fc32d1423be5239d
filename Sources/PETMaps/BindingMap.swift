package import PETBinding
package import PETCore
package import PETImaging
import PETKinetics

/// The map of one binding measure with its errors, at the voxels of a mask.
package struct BindingMap: Sendable {
  /// One value a voxel; NaN for none.
  package let values: [Float]
  /// Standard errors, likewise; empty when they are not known.
  package let errors: [Float]
  /// Degrees of freedom of the errors; nil when not known.
  package let freedom: Double?
  /// What the fit of each voxel says of it; empty when no status map tells.
  package let verdicts: [FitVerdict]
  /// Whether the map lay on another grid and was interpolated.
  package let isResampled: Bool
  /// The measure, such as BPND; nil when not known.
  package let measure: String?

  /// Whether the data tell a value, by the rule of fits.
  func isTold(_ estimate: Estimate) -> Bool {
    guard let base = measure.flatMap({ ModelCard.base(of: $0, estimate.value) }) else { return true }
    return estimate.standardError <= ModelCard.largestRelativeError * abs(base)
  }

  func verdict(_ voxel: Int) -> FitVerdict { verdicts.isEmpty ? .reliable : verdicts[voxel] }

  /// Reads a map at the voxels of a mask: as it is on the mask's grid, trilinear from another.
  ///
  /// A voxel that is exactly 0 is outside the map's own mask and has no value.
  ///
  /// - Parameter statuses: the map of how the fits ended, with the verdict of each of its labels.
  package init(
    path: String, errors errorPath: String?, freedom: Double?, measure: String?,
    statuses: (path: String, verdicts: [Int: FitVerdict])? = nil, at mask: VoxelMask
  ) throws(PETError) {
    let (values, resampled) = try Self.sample(path, mask)
    self.values = values
    errors =
      try errorPath.map { (path) throws(PETError) in try Self.errors(path, mask, likeResampled: resampled) } ?? []
    verdicts = try statuses.map { (map) throws(PETError) in try Self.verdicts(map.path, map.verdicts, mask) } ?? []
    self.freedom = freedom
    self.measure = measure
    isResampled = resampled
  }

  package init(values: [Float], errors: [Float], freedom: Double?, measure: String? = nil) {
    self.values = values
    self.errors = errors
    self.freedom = freedom
    self.measure = measure
    verdicts = []
    isResampled = false
  }

  /// At a voxel between several of the map's, the worst of them.
  private static func verdicts(_ path: String, _ known: [Int: FitVerdict], _ mask: VoxelMask) throws(PETError)
    -> [FitVerdict]
  {
    let volume = try Volume(path: path)
    func badness(_ verdict: FitVerdict) -> Double {
      switch verdict {
      case .reliable: 0
      case .fitAtBound: 1
      case .unreliable: 2
      }
    }
    func verdict(_ offset: Int) -> FitVerdict {
      let label = volume.values[offset]
      return label.isFinite ? known[Int(label)] ?? .reliable : .reliable
    }
    if volume.grid.isSame(as: mask.grid) { return mask.offsets.map { verdict(Int($0)) } }
    return try between(mask, volume.grid, path) { corners in
      (0..<corners.count).map { verdict(corners.offsets[$0]) }.max { badness($0) < badness($1) } ?? .reliable
    }.map { $0 ?? .reliable }
  }

  /// What a map on another grid has at the voxels of a mask; nil outside of it.
  private static func between<Value>(
    _ mask: VoxelMask, _ grid: Grid, _ path: String, _ value: (TrilinearCorners) -> Value
  ) throws(PETError) -> [Value?] {
    let map: Affine
    do throws(PETError) { map = try mask.grid.indices(in: grid) } catch { throw error.at(file: path) }
    let (nx, plane) = (mask.grid.nx, mask.grid.nx * mask.grid.ny)
    return mask.offsets.map { offset in
      let place = Int(offset)
      let at = map.apply(Double(place % nx), Double(place % plane / nx), Double(place / plane))
      return TrilinearCorners(at, in: grid).map(value)
    }
  }

  private static func errors(_ path: String, _ mask: VoxelMask, likeResampled: Bool) throws(PETError) -> [Float] {
    let (errors, resampled) = try sample(path, mask)
    guard resampled == likeResampled else {
      throw PETError(
        .wrongInput, file: path, field: "grid", "the standard errors lie on another grid than their map",
        remedy: "give the _desc-se map that was written with it")
    }
    let negative = errors.count { $0 < 0 }
    guard negative == 0 else {
      throw PETError(
        .wrongInput, file: path, field: "voxels", "\(negative) standard errors are negative",
        remedy: "give a map of standard errors")
    }
    return errors
  }

  private static func sample(_ path: String, _ mask: VoxelMask) throws(PETError) -> (values: [Float], resampled: Bool) {
    let volume = try Volume(path: path)
    func value(_ offset: Int) -> Double {
      let value = volume.values[offset]
      return value == 0 ? .nan : value
    }
    if volume.grid.isSame(as: mask.grid) { return (mask.offsets.map { Float(value(Int($0))) }, false) }
    let values = try between(mask, volume.grid, path) { corners in
      var sum = 0.0
      for c in 0..<corners.count { sum += corners.weights[c] * value(corners.offsets[c]) }
      return Float(sum)
    }.map { $0 ?? .nan }
    guard values.contains(where: \.isFinite) else {
      throw PETError(
        .wrongInput, file: path, field: "affine", "the map does not lie where the other does",
        remedy: "align the two scans (same space)")
    }
    return (values, true)
  }
}
