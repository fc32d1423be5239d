import PETCore
import PETImaging

/// Space inside the brain that no label covers and that is no fluid around it: an unlabelled ventricle, white matter of a
/// segmentation of grey matter.
///
/// It lies beyond the rim of every label and has labels on both sides along each axis. What is in it is not modelled, so that
/// what lies beside it is corrected wrongly. The limits part a ventricle of a centimetre from the folds of a cortex, by reasoning
/// and not by a measurement: they decide about a note alone.
enum Cavities {
  /// Of a cavity's border, mm.
  private static let reach = 6.0
  /// Share of a region's voxels there above which it is named, and the volume of cavities below which none is, mm3.
  private static let (share, least) = (0.1, 500.0)

  /// Numbers of the labels that lie beside one.
  ///
  /// - Parameters:
  ///   - labels: with their surroundings told.
  ///   - labelled: how many of the regions are labels.
  ///   - scale: mm of the labels in one of the scan's.
  static func regions(beside labels: FineLabels, labelled: Int, scale: Double) -> [Int] {
    let places = labels.places
    guard let rim = labels.regions.firstIndex(of: FineLabels.rim).map({ UInt16($0 + 1) }) else { return [] }
    // Every second voxel is enough.
    let own = labels.grid
    let shape = [own.nx / 2, own.ny / 2, own.nz / 2]
    guard shape.allSatisfy({ $0 > 2 }) else { return [] }
    let edges = [own.voxelSize.0, own.voxelSize.1, own.voxelSize.2].map { 2 * $0 / scale }
    var region = [UInt16](repeating: 0, count: shape[0] * shape[1] * shape[2])
    var at = 0
    for k in 0..<shape[2] {
      for j in 0..<shape[1] {
        let row = own.nx * (2 * j + own.ny * 2 * k)
        for i in 0..<shape[0] {
          region[at] = places[row + 2 * i]
          at += 1
        }
      }
    }
    func isLabel(_ at: Int) -> Bool { region[at] > 0 && Int(region[at]) <= labelled }
    var isInside = region.indices.map { !isLabel($0) && region[$0] != rim }
    for axis in 0..<3 { enclose(&isInside, shape, axis: axis, isLabel) }
    let volume = Double(isInside.count { $0 }) * edges[0] * edges[1] * edges[2]
    guard volume > least else { return [] }
    let distances = Neighbourhood.squaredDistances(
      isInside, shape: shape, edges: edges, reach: reach + Surroundings.rim)
    let near = Float((reach + Surroundings.rim) * (reach + Surroundings.rim))
    var counts = [(all: Int, beside: Int)](repeating: (0, 0), count: labelled)
    for at in region.indices where isLabel(at) {
      counts[Int(region[at]) - 1].all += 1
      if distances[at] <= near { counts[Int(region[at]) - 1].beside += 1 }
    }
    return counts.indices.filter { Double(counts[$0].beside) > share * Double(counts[$0].all) && counts[$0].beside > 0 }
      .map { labels.regions[$0] }
  }

  /// Leaves those voxels that have a label before and behind them along an axis.
  private static func enclose(_ isInside: inout [Bool], _ shape: [Int], axis: Int, _ isLabel: (Int) -> Bool) {
    let strides = [1, shape[0], shape[0] * shape[1]]
    let (step, count) = (strides[axis], shape[axis])
    let others = [0, 1, 2].filter { $0 != axis }
    for b in 0..<shape[others[1]] {
      for a in 0..<shape[others[0]] {
        let start = a * strides[others[0]] + b * strides[others[1]]
        var (first, last) = (count, -1)
        for place in 0..<count where isLabel(start + place * step) { (first, last) = (min(first, place), place) }
        for place in 0..<count where place < first || place > last { isInside[start + place * step] = false }
      }
    }
  }
}
