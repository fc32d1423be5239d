package import PETCore

/// How a segmentation and an image on different grids are brought together.
package enum GridSampling: String, Sendable, CaseIterable {
  /// Each image voxel takes the label at its centre (nearest neighbour); statistics over image voxels.
  case labelsToImage = "labels-to-image"
  /// Each labelled voxel takes the image's value at its centre (trilinear); statistics over label voxels.
  case imageToLabels = "image-to-labels"
}

/// The rules of both samplings, in Double.
package enum Resampling {
  /// The label of every image voxel: u = A_labels⁻¹ A_image (i, j, k), index floor(u + 0.5); outside the label grid 0.
  package static func labels(_ segmentation: LabelImage, on grid: Grid) throws(PETError) -> [Int32] {
    if grid.isSame(as: segmentation.grid) { return segmentation.labels }
    let from = segmentation.grid
    let map: Affine
    do throws(PETError) { map = try grid.indices(in: from) } catch { throw error.at(file: segmentation.file) }
    var result = [Int32](repeating: 0, count: grid.count)
    var at = 0
    for k in 0..<grid.nz {
      for j in 0..<grid.ny {
        for i in 0..<grid.nx {
          let u = map.apply(Double(i), Double(j), Double(k))
          let x = (u.0 + 0.5).rounded(.down)
          let y = (u.1 + 0.5).rounded(.down)
          let z = (u.2 + 0.5).rounded(.down)
          if x >= 0, y >= 0, z >= 0, x < Double(from.nx), y < Double(from.ny), z < Double(from.nz) {
            result[at] = segmentation.labels[Int(x) + from.nx * (Int(y) + from.ny * Int(z))]
          }
          at += 1
        }
      }
    }
    return result
  }

  /// Calls `body` for every labelled voxel with its label and its trilinear corners in the image (nil: outside).
  static func eachSample(
    _ segmentation: LabelImage, in grid: Grid, _ body: (Int32, TrilinearCorners?) -> Void
  ) throws(PETError) {
    let map: Affine
    do throws(PETError) { map = try segmentation.grid.indices(in: grid) } catch {
      throw error.at(file: segmentation.file)
    }
    var at = 0
    for k in 0..<segmentation.grid.nz {
      for j in 0..<segmentation.grid.ny {
        for i in 0..<segmentation.grid.nx {
          let label = segmentation.labels[at]
          at += 1
          if label == 0 { continue }
          body(label, TrilinearCorners(map.apply(Double(i), Double(j), Double(k)), in: grid))
        }
      }
    }
  }

  /// What to say when a good part of the labelled volume is not on the image.
  ///
  /// - Parameter sampled: labelled volume that was sampled, mm3.
  static func overlapFinding(_ segmentation: LabelImage, labels: [Int], sampled: Double, image: String) -> Finding? {
    let wanted = Set(labels.map(Int32.init))
    let whole = Double(segmentation.labels.count { $0 != 0 && wanted.contains($0) }) * segmentation.grid.voxelVolume
    guard whole > 0, sampled < 0.95 * whole else { return nil }
    return Finding(
      .warning, .partialOverlap, file: segmentation.file, field: "affine", value: NumberText.short(sampled / whole),
      "only \(NumberText.short((100 * sampled / whole).rounded())) % of the labelled volume lies on \(image)",
      remedy: "check that segmentation and image are aligned", castsDoubt: sampled < 0.8 * whole)
  }

  /// How far a segmentation lies on an image; nil when all but a twentieth does.
  package static func overlap(_ segmentation: LabelImage, on grid: Grid, image: String) throws(PETError) -> Finding? {
    var inside = 0
    try eachSample(segmentation, in: grid) { _, corners in if corners != nil { inside += 1 } }
    guard inside > 0 else { throw noOverlap(segmentation, grid, image: image) }
    return overlapFinding(
      segmentation, labels: segmentation.present, sampled: Double(inside) * segmentation.grid.voxelVolume, image: image)
  }

  /// The error for a segmentation that lies nowhere on an image.
  static func noOverlap(_ segmentation: LabelImage, _ grid: Grid, image: String) -> PETError {
    func box(_ g: Grid) -> String {
      let a = g.affine.apply(0, 0, 0)
      let b = g.affine.apply(Double(g.nx - 1), Double(g.ny - 1), Double(g.nz - 1))
      func span(_ p: Double, _ q: Double) -> String {
        NumberText.short(min(p, q)) + "…" + NumberText.short(max(p, q))
      }
      return "x \(span(a.0, b.0)), y \(span(a.1, b.1)), z \(span(a.2, b.2)) mm"
    }
    return PETError(
      .wrongInput, file: segmentation.file, field: "affine",
      "no labelled voxel lies on \(image): labels span \(box(segmentation.grid)), the image \(box(grid))",
      remedy: "align the segmentation to the scan (same space)")
  }
}

extension Finding.Code {
  package static let partialOverlap = Finding.Code("partial-overlap")
}
