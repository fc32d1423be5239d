import Foundation
import PETImaging

/// A head of ellipsoids in millimetres around the centre of the grid: x to the right, y to the front, z up.
struct Phantom {
  struct Region {
    let label: Int32
    let name: String
    let tissue: Tissue
    let centre: (Double, Double, Double)
    let axes: (Double, Double, Double)
  }

  private static let brain = (70.0, 86.0, 64.0)
  private static let head = (78.0, 96.0, 75.0)
  /// Beyond the brain of a whole head: fluid, skull and scalp, by their outer axes.
  private static let shells: [(label: Int32, axes: (Double, Double, Double))] = [
    (fluid, (73, 89, 67)), (skull, (79, 95, 73)), (skin, (84.5, 100.5, 78.5)),
  ]
  /// Labels that no segmentation tells.
  static let (fluid, skull, skin): (Int32, Int32, Int32) = (101, 102, 103)
  /// Activity of what is around the brain, of the reference's.
  static let around: [Int32: Double] = [fluid: 0.05, skull: 0.1, skin: 0.42]

  /// Structures, later ones over earlier ones.
  static let regions: [Region] = {
    var list = [
      Region(label: 1, name: "Cerebellum", tissue: .cerebellum, centre: (0, -52, -38), axes: (46, 25, 18)),
      Region(label: 2, name: "White-Matter", tissue: .white, centre: (0, 0, 0), axes: brain),
      Region(label: 3, name: "Left-Cortex", tissue: .cortex, centre: (0, 0, 0), axes: brain),
      Region(label: 4, name: "Right-Cortex", tissue: .cortex, centre: (0, 0, 0), axes: brain),
    ]
    let pairs: [(String, Tissue, (Double, Double, Double), (Double, Double, Double))] = [
      ("Caudate", .caudate, (14, 14, 11), (6.5, 13, 11)), ("Putamen", .putamen, (27, 4, 2), (7.5, 15, 11)),
      ("VentralStriatum", .ventralStriatum, (12, 13, -8), (7, 7, 5.5)),
      ("Thalamus", .thalamus, (11, -17, 8), (8, 13, 9)),
      ("Hippocampus", .hippocampus, (28, -23, -13), (7.5, 16, 7)), ("Amygdala", .amygdala, (25, -2, -20), (8, 8, 7.5)),
    ]
    var label: Int32 = 5
    for (name, tissue, centre, axes) in pairs {
      for side in [("Left", -1.0), ("Right", 1.0)] {
        list.append(
          Region(
            label: label, name: "\(side.0)-\(name)", tissue: tissue, centre: (side.1 * centre.0, centre.1, centre.2),
            axes: axes))
        label += 1
      }
    }
    list.append(Region(label: 17, name: "Midbrain", tissue: .midbrain, centre: (0, -18, -13), axes: (12, 8, 8)))
    list.append(Region(label: 18, name: "Raphe", tissue: .raphe, centre: (0, -30, -16), axes: (6, 6, 11)))
    return list
  }()

  /// Of the scan.
  let grid: Grid
  /// Voxels of the labels along each edge of the scan's.
  let factor: Int
  let labelGrid: Grid
  /// Of every voxel of `labelGrid`; what is around the brain of a whole head has labels too.
  let labels: [Int32]
  /// Voxels of scalp around the brain, where it is no whole head.
  let scalp: [Bool]

  /// - Parameters:
  ///   - factor: voxels of the labels along each edge of the scan's.
  ///   - isWhole: whether fluid, skull and scalp are around the brain, and the right side is larger than the left.
  init(_ size: StudyPlan.Size, factor: Int = 1, isWhole: Bool = false) {
    let (count, edge) = size.grid
    func grid(_ factor: Int) -> Grid {
      let n = [count.0 * factor, count.1 * factor, count.2 * factor]
      let e = [edge.0 / Double(factor), edge.1 / Double(factor), edge.2 / Double(factor)]
      let start = zip(n, e).map { -$1 * Double($0 - 1) / 2 }
      return Grid(
        nx: n[0], ny: n[1], nz: n[2],
        affine: Affine(rows: [e[0], 0, 0, start[0], 0, e[1], 0, start[1], 0, 0, e[2], start[2]]))
    }
    self.grid = grid(1)
    self.factor = factor
    labelGrid = grid(factor)
    let own = labelGrid
    var labels = [Int32](repeating: 0, count: own.count)
    var scalp = [Bool](repeating: false, count: own.count)
    var at = 0
    for k in 0..<own.nz {
      for j in 0..<own.ny {
        for i in 0..<own.nx {
          let p = own.affine.apply(Double(i), Double(j), Double(k))
          labels[at] = Self.label(p, isWhole: isWhole)
          if labels[at] == 0, isWhole {
            labels[at] = Self.shells.first { Self.radius(p, (0, 0, 0), $0.axes) <= 1 }?.label ?? 0
          }
          scalp[at] = labels[at] == 0 && !isWhole && Self.radius(p, (0, 0, 0), Self.head) <= 1
          at += 1
        }
      }
    }
    self.labels = labels
    self.scalp = scalp
  }

  /// The labels as a segmentation has them.
  var told: [Int32] { labels.map { Self.around[$0] == nil ? $0 : 0 } }

  private static func label(_ p: (Double, Double, Double), isWhole: Bool) -> Int32 {
    let depth = radius(p, (0, 0, 0), brain)
    if depth > 1 { return 0 }
    // No head is its mirror image.
    let side = isWhole && p.0 > 0 ? 1.06 : 1
    for region in regions.dropFirst(4).reversed()
    where radius(
      (p.0 / side, p.1 / side, p.2 / side), region.centre, region.axes) <= 1
    {
      return region.label
    }
    if radius(p, regions[0].centre, regions[0].axes) <= 1 { return 1 }
    let folds = sin(p.0 / 5.5) * cos(p.1 / 6.5) + sin(p.2 / 6)
    let cortex: Int32 = p.0 < 0 ? 3 : 4
    guard isWhole else { return depth.squareRoot() > 0.84 + 0.03 * folds ? cortex : 2 }
    // A ribbon of 3 mm at the bottom of sulci up to 3 mm deep, with fluid in them.
    let below = (p.0 * p.0 + p.1 * p.1 + p.2 * p.2).squareRoot() * (1 / depth.squareRoot() - 1) - 0.75 * (folds + 2)
    return below < 0 ? fluid : below < 3 ? cortex : 2
  }

  private static func radius(
    _ p: (Double, Double, Double), _ centre: (Double, Double, Double), _ axes: (Double, Double, Double)
  ) -> Double {
    let x = (p.0 - centre.0) / axes.0
    let y = (p.1 - centre.1) / axes.1
    let z = (p.2 - centre.2) / axes.2
    return x * x + y * y + z * z
  }
}
