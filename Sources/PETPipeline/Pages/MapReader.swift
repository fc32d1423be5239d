import PETCore
import PETImaging
import PETPages

/// Axial slices of a map.
enum MapReader {
  private static let count = 12

  /// - Parameters:
  ///   - end: of the colours; nil for a round one that holds the values.
  ///   - values: of the regions.
  static func read(
    _ path: String, title: String, measure: String, unit: String, kind: ColourScale.Kind, end: Double?, values: [Double]
  ) throws(PETError) -> MapReport {
    let most = end ?? ColourScale.roundEnd(values.map(abs).max() ?? 1)
    let scale = ColourScale(kind, low: kind == .diverging ? -most : 0, high: most)
    let volume = try Volume(path: path)
    let size = volume.grid.voxelSize
    // Values are shown as they are: no pixel between voxels, none smaller than them.
    let pixel = max(2, min(size.0, size.1, size.2))
    // Half a pixel: the outermost voxels are pixels, and centres of pixels never lie between two voxels by chance.
    guard let box = WorldBox(labelled: volume, margin: pixel / 2) else {
      return MapReport(
        title: title, measure: measure, unit: unit, file: name(path), scale: scale, isFixed: end != nil, planes: [],
        slices: [])
    }
    let (low, high) = (box.low[2] + pixel / 2, box.high[2] - pixel / 2)
    let between = (0..<3).reduce(0) { $0 + abs(volume.grid.affine[2, $1]) }
    let planes = (0..<count).map { index in
      let wanted = (Double(index) + 0.5) * (high - low) / Double(count)
      return WorldPlane(
        .axial, at: low + (wanted / between).rounded() * between, showing: box, pixel: pixel)
    }
    let slices = planes.map { plane in
      IndexedImage(
        columns: plane.columns, rows: plane.rows,
        // Outside the mask a map is 0, and NaN where there is no value.
        pixels: plane.nearest(volume).map { $0 == 0 ? ColourScale.outside : scale.index($0) }, palette: scale.palette,
        clear: 1)
    }
    return MapReport(
      title: title, measure: measure, unit: unit, file: name(path), scale: scale, isFixed: end != nil,
      planes: planes, slices: slices)
  }

  private static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
