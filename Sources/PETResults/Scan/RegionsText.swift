import PETCore

/// One row of the `regions` table, filled by whoever measured it.
package struct RegionsText: Sendable {
  package static let columns = [
    "index", "region", "voxels", "volume-mm3", "mean", "sd", "median", "p5", "p95", "min", "max", "outside",
    "nonfinite",
    "background",
  ]
  private var text = TSVText(columns: columns)

  package init() {}

  /// - Parameter values: mean, sd, median, p5, p95, min, max.
  package mutating func add(
    index: Int?, region: String, voxels: Int, volume: Double, values: [Double], outside: Int, nonfinite: Int,
    background: Int
  ) {
    text.add(
      [index.map(String.init) ?? "n/a", region, "\(voxels)", NumberText.exact(volume)]
        + values.map(NumberText.exact) + ["\(outside)", "\(nonfinite)", "\(background)"])
  }

  package var tsv: String { text.text }
}
