import Foundation
import PETCore
import PETImaging

/// How much of each tissue a scanner sees in each voxel of the scan.
///
/// Its mask at the labels' resolution, convolved directly with the point spread to 6 σ and averaged over the voxel: nothing of
/// it is shared with the code that corrects.
struct BlurredRegions {
  /// By label, one value a voxel of the scan.
  let shares: [Int32: [Float]]
  /// The same of the mask times what binding differs by in each place, and times its square; empty where it does not differ.
  let moments: [Int32: (first: [Float], second: [Float])]

  /// The masks as they are blurred, each in its box of the labels' grid; empty where the head lies still.
  let fields: [Int32: Field]

  struct Field: Sendable {
    let low: [Int]
    let shape: [Int]
    let values: [Float]
  }

  /// - Parameters:
  ///   - isMoving: whether fields are kept.
  ///   - fwhm: of the Gaussian, mm; 0 for the voxel's box alone.
  ///   - tail: share of a second Gaussian of 15 mm.
  ///   - variation: what binding differs by, relative, at every voxel of the labels; nil for regions that are even.
  init(_ phantom: Phantom, fwhm: Double, tail: Double, variation: [Float]? = nil, isMoving: Bool = false) {
    let labels = Set(phantom.labels).subtracting([0]).sorted()
    if isMoving {
      let kept = Parallel.map(labels.count, jobs: Parallel.cores) { place in
        Self.field(phantom, labels[place], fwhm: fwhm) { _ in 1 }
      }
      fields = Dictionary(uniqueKeysWithValues: zip(labels, kept))
      (shares, moments) = ([:], [:])
      return
    }
    fields = [:]
    func all(_ value: @escaping @Sendable (Int) -> Float) -> [Int32: [Float]] {
      let fields = Parallel.map(labels.count, jobs: Parallel.cores) { place -> [Float] in
        var share = Self.share(phantom, labels[place], fwhm: fwhm, value)
        guard tail > 0 else { return share }
        for (voxel, other) in Self.share(phantom, labels[place], fwhm: Self.tailWidth, value).enumerated() {
          share[voxel] += Float(tail) * (other - share[voxel])
        }
        return share
      }
      return Dictionary(uniqueKeysWithValues: zip(labels, fields))
    }
    shares = all { _ in 1 }
    guard let variation else {
      moments = [:]
      return
    }
    let (first, second) = (all { variation[$0] }, all { variation[$0] * variation[$0] })
    moments = first.reduce(into: [:]) { $0[$1.key] = ($1.value, second[$1.key] ?? []) }
  }

  /// A smooth field of that SD and, in each region, of mean 0: what binding differs by inside regions.
  static func variation(_ phantom: Phantom, sd: Double, seed: UInt64) -> [Float] {
    let grid = phantom.labelGrid
    var random = SeededGenerator(seed: seed)
    var field = (0..<grid.count).map { _ in Float(random.normal()) }
    let edge = [grid.voxelSize.0, grid.voxelSize.1, grid.voxelSize.2]
    for axis in 0..<3 {
      convolve(&field, [grid.nx, grid.ny, grid.nz], axis: axis, kernel(sigma: smoothness / edge[axis]))
    }
    var sums: [Int32: (count: Double, sum: Double)] = [:]
    for (label, value) in zip(phantom.labels, field) {
      let own = sums[label] ?? (0, 0)
      sums[label] = (own.count + 1, own.sum + Double(value))
    }
    let means = sums.mapValues { Float($0.sum / $0.count) }
    let inside = field.indices.filter { phantom.labels[$0] != 0 }
    let spread = (inside.reduce(0.0) { $0 + Double(field[$1] * field[$1]) } / Double(max(1, inside.count))).squareRoot()
    return field.indices.map { at in (field[at] - (means[phantom.labels[at]] ?? 0)) * Float(sd / spread) }
  }

  /// σ of what binding differs by, mm.
  private static let smoothness = 9.0

  /// mm.
  private static let tailWidth = 15.0

  private static func share(_ phantom: Phantom, _ label: Int32, fwhm: Double, _ value: (Int) -> Float) -> [Float] {
    let field = field(phantom, label, fwhm: fwhm, value)
    return averaged(field.values, from: field.low, shape: field.shape, phantom)
  }

  private static func field(_ phantom: Phantom, _ label: Int32, fwhm: Double, _ value: (Int) -> Float) -> Field {
    let grid = phantom.labelGrid
    let edge = [grid.voxelSize.0, grid.voxelSize.1, grid.voxelSize.2]
    let counts = [grid.nx, grid.ny, grid.nz]
    let strides = [1, grid.nx, grid.nx * grid.ny]
    let kernels = edge.map { kernel(sigma: fwhm / (8 * log(2)).squareRoot() / $0) }
    // The mask's box and what a kernel reaches beyond.
    var (low, high) = (counts, [-1, -1, -1])
    for (at, own) in phantom.labels.enumerated() where own == label {
      for axis in 0..<3 {
        let place = at / strides[axis] % counts[axis]
        (low[axis], high[axis]) = (min(low[axis], place), max(high[axis], place))
      }
    }
    for axis in 0..<3 {
      low[axis] = max(0, low[axis] - kernels[axis].count / 2)
      high[axis] = min(counts[axis] - 1, high[axis] + kernels[axis].count / 2)
    }
    let shape = (0..<3).map { high[$0] - low[$0] + 1 }
    var field = [Float](repeating: 0, count: shape[0] * shape[1] * shape[2])
    for k in 0..<shape[2] {
      for j in 0..<shape[1] {
        let row = low[0] + strides[1] * (j + low[1]) + strides[2] * (k + low[2])
        let own = shape[0] * (j + shape[1] * k)
        for i in 0..<shape[0] where phantom.labels[row + i] == label { field[own + i] = value(row + i) }
      }
    }
    for axis in 0..<3 where kernels[axis].count > 1 { convolve(&field, shape, axis: axis, kernels[axis]) }
    return Field(low: low, shape: shape, values: field)
  }

  /// Integrals of a Gaussian over voxels, averaged over voxels by 32 places, from -6 σ to 6 σ.
  private static func kernel(sigma: Double) -> [Float] {
    guard sigma > 0 else { return [1] }
    let reach = Int((6 * sigma).rounded(.up))
    let width = sigma * 2.0.squareRoot()
    let parts = 32
    return (-reach...reach).map { (k: Int) -> Float in
      var sum = 0.0
      for part in 0..<parts {
        let at = Double(k) + (Double(part) + 0.5) / Double(parts) - 0.5
        sum += erf((at + 0.5) / width) - erf((at - 0.5) / width)
      }
      return Float(sum / Double(2 * parts))
    }
  }

  private static func convolve(_ field: inout [Float], _ shape: [Int], axis: Int, _ kernel: [Float]) {
    let stride = [1, shape[0], shape[0] * shape[1]][axis]
    let (count, reach) = (shape[axis], kernel.count / 2)
    let old = field
    old.withUnsafeBufferPointer { old in
      field.withUnsafeMutableBufferPointer { new in
        for start in Swift.stride(from: 0, to: old.count, by: stride * count) {
          let end = start + stride * count
          for i in start..<end { new[i] = kernel[reach] * old[i] }
          for k in 1..<max(2, min(reach + 1, count)) {
            let (weight, shift) = (kernel[reach + k], k * stride)
            guard end - shift > start else { break }
            for i in start..<end - shift {
              new[i] += weight * old[i + shift]
              new[i + shift] += weight * old[i]
            }
          }
        }
      }
    }
  }

  private static func averaged(_ field: [Float], from low: [Int], shape: [Int], _ phantom: Phantom) -> [Float] {
    let (grid, f) = (phantom.grid, phantom.factor)
    var sums = [Float](repeating: 0, count: grid.count)
    var at = 0
    for k in 0..<shape[2] {
      for j in 0..<shape[1] {
        let row = grid.nx * ((j + low[1]) / f + grid.ny * ((k + low[2]) / f))
        for i in 0..<shape[0] {
          sums[row + (i + low[0]) / f] += field[at]
          at += 1
        }
      }
    }
    let whole = Float(f * f * f)
    return sums.map { $0 / whole }
  }
}
