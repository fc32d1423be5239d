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
  /// Whether the map lay on another grid and was interpolated.
  package let isResampled: Bool
  /// The measure, such as BPND; nil when not known.
  package let measure: String?

  /// Whether the data tell a value, by the rule of fits.
  func isTold(_ estimate: Estimate) -> Bool {
    guard let base = measure.flatMap({ ModelCard.base(of: $0, estimate.value) }) else { return true }
    return estimate.standardError <= ModelCard.largestRelativeError * abs(base)
  }

  /// Reads a map at the voxels of a mask: as it is on the mask's grid, trilinear from another.
  ///
  /// A voxel that is exactly 0 is outside the map's own mask and has no value.
  package init(path: String, errors errorPath: String?, freedom: Double?, measure: String?, at mask: VoxelMask)
    throws(PETError)
  {
    let (values, resampled) = try Self.sample(path, mask)
    self.values = values
    errors =
      try errorPath.map { (path) throws(PETError) in try Self.errors(path, mask, likeResampled: resampled) } ?? []
    self.freedom = freedom
    self.measure = measure
    isResampled = resampled
  }

  package init(values: [Float], errors: [Float], freedom: Double?, measure: String? = nil) {
    self.values = values
    self.errors = errors
    self.freedom = freedom
    self.measure = measure
    isResampled = false
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
    let map: Affine
    do throws(PETError) { map = try mask.grid.indices(in: volume.grid) } catch { throw error.at(file: path) }
    let (nx, plane) = (mask.grid.nx, mask.grid.nx * mask.grid.ny)
    let values = mask.offsets.map { offset -> Float in
      let place = Int(offset)
      let at = map.apply(Double(place % nx), Double(place % plane / nx), Double(place / plane))
      guard let corners = Resampling.Corners(at, in: volume.grid) else { return .nan }
      var sum = 0.0
      for c in 0..<corners.count { sum += corners.weights[c] * value(corners.offsets[c]) }
      return Float(sum)
    }
    guard values.contains(where: \.isFinite) else {
      throw PETError(
        .wrongInput, file: path, field: "affine", "the map does not lie where the other does",
        remedy: "align the two scans (same space)")
    }
    return (values, true)
  }
}
