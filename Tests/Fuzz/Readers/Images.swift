import CDeflate
import Foundation
import PETCore
import PETImaging
import PETTestSupport

extension FuzzedReader {
  /// Images with more voxels are summed up only: the other ways would cost the fuzzer its speed.
  private static let fewVoxels = 1 << 12

  /// As a scan, as a segmentation and as a map.
  func readImage(
    _ bytes: UnsafeRawBufferPointer, as name: String, in folder: TemporaryFolder, _ attempts: inout Attempts
  ) throws {
    let path = try folder.replace(name, bytes)
    var header: ImageHeader?
    attempts.attempt("summary") { () throws(PETError) in
      let opened = try VoxelStream(path: path).header
      let summary = try ImageSummary(path: path)
      let voxels = opened.grid.count * opened.frames
      precondition(summary.finite + summary.notFinite == voxels, "every voxel that the header claims was delivered")
      header = opened
    }
    // Of a compressed file the header alone says how much it holds.
    if !bytes.starts(with: [0x1f, 0x8b]) {
      attempts.attempt("field") { () throws(PETError) in
        let field = try DisplacementField(path: path)
        let moved = field.apply(1, -2, 3)
        precondition((moved.0 + moved.1 + moved.2).isFinite, "points stay points")
      }
    }
    guard let header, header.grid.count * header.frames <= Self.fewVoxels else { return }
    let grid = header.grid
    let segmentation = LabelImage(grid: grid, labels: (0..<grid.count).map { Int32($0 % 3) })
    let regions = [
      RegionDefinition(name: "one", labels: [1], isMerged: false),
      RegionDefinition(name: "both", labels: [1, 2], isMerged: true),
    ]
    attempts.attempt("mask") { () throws(PETError) in
      let durations = Array(repeating: 60.0, count: header.frames)
      let mask = try VoxelMask(brainOf: path, durations: durations)
      let request = VoxelRequest(mask: mask, smoothing: 6)
      let curves = try VoxelCurves.read(path: path, request, frames: header.frames).curves
      precondition(curves.frameCount == header.frames && curves.count == mask.offsets.count, "a value a voxel")
    }
    for sampling in GridSampling.allCases {
      attempts.attempt("regions") { () throws(PETError) in
        let curves = try RegionalCurves(
          path: path, weights: segmentation.weights, regions: regions, sampling: sampling, frames: nil)
        precondition(curves.means.allSatisfy { $0.count == header.frames }, "a value a frame")
      }
      attempts.attempt("statistics") { () throws(PETError) in
        _ = try RegionSummary(
          Volume(path: path), weights: segmentation.weights, regions: regions, sampling: sampling,
          includeBackground: false)
      }
    }
    attempts.attempt("masks") { () throws(PETError) in
      let names = LabelTable(entries: (1...max(1, header.frames)).map { LabelTable.Entry(index: $0, name: "r\($0)") })
      let (weights, table) = try MaskFiles.read([path], names: names) { _ in "r" }
      precondition(table.entries.count == header.frames, "a region a volume")
      let voxels = try weights.voxels(of: weights.present, on: grid)
      precondition(voxels.allSatisfy { $0.allSatisfy { $0.weight > 0 && $0.weight < 1.01 } }, "fractions of voxels")
    }
    var raw = RawNIfTI()
    raw.store([0, 1, 2, 3, 4, 5, 6, 7], as: 16)
    let other = folder.file("other.nii")
    if !FileManager.default.fileExists(atPath: other) { try folder.write("other.nii", raw.data) }
    for sampling in GridSampling.allCases {
      attempts.attempt("labels") { () throws(PETError) in
        let labels = try LabelImage(path: path)
        _ = try RegionalCurves(
          path: other, weights: labels.weights, regions: RegionDefinitions.automatic(labels.unnamedTable),
          sampling: sampling, frames: nil)
      }
    }
  }

  /// Bytes that begin as gzip are taken as they are.
  ///
  /// Others are taken for what is to be compressed, so that a change of one byte is no broken CRC: the first tells the
  /// level, the second where one member ends and the next begins, the rest is the image.
  func readGzip(_ bytes: UnsafeRawBufferPointer, in folder: TemporaryFolder, _ attempts: inout Attempts) throws {
    guard bytes.count > 2, !(bytes[0] == 0x1f && bytes[1] == 0x8b) else {
      return try readImage(bytes, as: "image.nii.gz", in: folder, &attempts)
    }
    let image = bytes.dropFirst(2)
    let level = Int32(bytes[0] % 13)
    let end = image.startIndex + image.count * Int(bytes[1]) / 255
    let members = [image[..<end], image[end...]].filter { !$0.isEmpty }
    let file = members.flatMap { Self.compressed(UnsafeRawBufferPointer(rebasing: $0), level: level) }
    try file.withUnsafeBytes { try readImage($0, as: "image.nii.gz", in: folder, &attempts) }
  }

  private static func compressed(_ bytes: UnsafeRawBufferPointer, level: Int32) -> [UInt8] {
    let compressor = libdeflate_alloc_compressor(level)
    defer { libdeflate_free_compressor(compressor) }
    return Array(unsafeUninitializedCapacity: libdeflate_gzip_compress_bound(compressor, bytes.count)) { room, count in
      guard let from = bytes.baseAddress, let to = room.baseAddress else { return }
      count = libdeflate_gzip_compress(compressor, from, bytes.count, to, room.count)
    }
  }
}
