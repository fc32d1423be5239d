import CNIfTI
import Foundation
package import PETCore

/// Writes images as NIfTI-1, gzip, with the same bytes for the same voxels.
package enum NIfTIWriter {
  /// How voxels are stored.
  package enum Storage: Sendable {
    case float32
    /// Whole numbers.
    case int32
    /// value = slope x stored, the slope a float32.
    case int16(slope: Double)
  }

  /// Writes one image; `frame` gives each frame's values when it is asked for.
  ///
  /// - Parameters:
  ///   - path: ends in `.nii.gz`; the folder must exist.
  ///   - grid: the sform takes its affine (float32 in NIfTI-1).
  ///   - frames: 1 writes a 3-D image.
  package static func write(
    _ path: String, grid: Grid, frames: Int = 1, storage: Storage = .float32, description: String,
    staging: StagedFiles? = nil, frame: (Int) throws(PETError) -> [Double]
  ) throws(PETError) {
    var file = try GzipWriter(path, staging: staging)
    let header = try header(grid: grid, frames: frames, storage: storage, description: description)
    try append(header, to: &file)
    for index in 0..<frames {
      let values = try frame(index)
      precondition(values.count == grid.count, "a frame has one value a voxel")
      switch storage {
      case .float32: try append(values.map { Float($0) }, to: &file)
      case .int32: try append(values.map { Int32($0.rounded()) }, to: &file)
      case .int16(let slope):
        for value in values where !(abs(value / slope) < 32767.5) {
          throw PETError(
            .internalFault, file: path, "\(value) does not fit 16 bits", remedy: "write this image as float32")
        }
        try append(values.map { Int16(($0 / slope).rounded()) }, to: &file)
      }
    }
    try file.finish()
  }

  /// Writes one volume from the values of a mask's voxels; every other voxel is 0.
  ///
  /// - Parameter values: one for each voxel of the mask; NaN stays NaN in float32, and is not to be had in int16.
  package static func write(
    _ path: String, mask: VoxelMask, values: [Float], storage: Storage = .float32, description: String,
    staging: StagedFiles? = nil
  ) throws(PETError) {
    precondition(values.count == mask.offsets.count, "one value a voxel of the mask")
    var file = try GzipWriter(path, staging: staging)
    try append(header(grid: mask.grid, frames: 1, storage: storage, description: description), to: &file)
    // A slab at a time: the whole volume is never in memory.
    let slab = 1 << 18
    var next = 0
    for start in stride(from: 0, to: mask.grid.count, by: slab) {
      var part = [Float](repeating: 0, count: min(slab, mask.grid.count - start))
      while next < values.count, Int(mask.offsets[next]) < start + part.count {
        part[Int(mask.offsets[next]) - start] = values[next]
        next += 1
      }
      switch storage {
      case .float32: try append(part, to: &file)
      case .int32: try append(part.map { Int32($0.rounded()) }, to: &file)
      case .int16(let slope): try append(part.map { Int16((Double($0) / slope).rounded()) }, to: &file)
      }
    }
    try file.finish()
  }

  private static func append<Element>(_ values: [Element], to file: inout GzipWriter) throws(PETError) {
    var failure: PETError?
    values.withUnsafeBytes { bytes in
      do throws(PETError) { try file.write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// 348 bytes of header and 4 that say there are no extensions.
  private static func header(grid: Grid, frames: Int, storage: Storage, description: String) throws(PETError) -> [UInt8]
  {
    let dims: [Int64] = [frames > 1 ? 4 : 3, Int64(grid.nx), Int64(grid.ny), Int64(grid.nz), Int64(frames), 1, 1, 1]
    guard dims.allSatisfy({ $0 <= 32767 }) else {
      throw PETError(
        .internalFault, field: "dim", "a size beyond 32767 does not fit NIfTI-1", remedy: "use a smaller grid")
    }
    let type: Int32
    let slope: Double
    switch storage {
    case .float32: (type, slope) = (DT_FLOAT32, 1)
    case .int32: (type, slope) = (DT_INT32, 1)
    case .int16(let step): (type, slope) = (DT_INT16, step)
    }
    guard let made = nifti_make_new_n1_header(dims, type) else {
      throw PETError(.internalFault, "libnifti made no header", remedy: "please report it")
    }
    defer { free(made) }
    var header = made.pointee
    let m = grid.affine.m.map { Float($0) }
    header.srow_x = (m[0], m[1], m[2], m[3])
    header.srow_y = (m[4], m[5], m[6], m[7])
    header.srow_z = (m[8], m[9], m[10], m[11])
    header.sform_code = 1
    let size = grid.voxelSize
    header.pixdim = (1, Float(size.0), Float(size.1), Float(size.2), frames > 1 ? 1 : 0, 0, 0, 0)
    header.vox_offset = 352
    header.scl_slope = Float(slope)
    header.scl_inter = 0
    header.xyzt_units = 10
    withUnsafeMutableBytes(of: &header.descrip) { target in
      for (i, byte) in description.utf8.prefix(79).enumerated() { target[i] = byte }
    }
    withUnsafeMutableBytes(of: &header.magic) { $0.copyBytes(from: Array("n+1\0".utf8)) }
    return withUnsafeBytes(of: header) { Array($0) } + [0, 0, 0, 0]
  }
}
