import PETCore
import PETImaging
import PETPages
import PETResults
import PETStudy

/// Means and labels of a person's scans in planes that are the same for all of them.
struct HeadReader {
  /// One for each scan; nil where it has no image.
  let pictures: [ScanPlanes?]

  /// Edge of a pixel, mm.
  private static let pixel = 2.0
  /// An odd number: pixels then have their centres where voxels of 2 mm have theirs.
  private static let margin = 15.0

  init(_ scans: [Results]) throws(PETError) {
    let volumes = try scans.map { (results) throws(PETError) -> (mean: Volume, labels: Volume)? in
      guard let mean = results.path(.mean, ".nii.gz"),
        let labels = results.path(.labels, ".nii.gz", where: { $0["seg"] != nil && $0["desc"] == nil })
      else { return nil }
      return (try Volume(path: mean), try Volume(path: labels))
    }
    let boxes = volumes.compactMap { $0.flatMap { WorldBox(labelled: $0.labels, margin: Self.margin) } }
    guard let first = volumes.compactMap({ $0 }).first, var box = boxes.first else {
      pictures = scans.map { _ in nil }
      return
    }
    for other in boxes.dropFirst() { box = box.union(other) }
    let places = first.labels.busiestPlanes(step: Self.pixel, in: box)
    let planes = [(WorldPlane.View.axial, 2), (.coronal, 1), (.sagittal, 0)].map { view, axis in
      WorldPlane(view, at: places[axis], showing: box, pixel: Self.pixel)
    }
    pictures = volumes.map { own in own.map { ScanPlanes(mean: $0.mean, labels: $0.labels, planes: planes) } }
  }
}
