import PETCore
import PETImaging

/// The mean of a scan in three planes with the outlines of the regions, and two scans over each other.
enum HeadFigure {
  private static let gap = 12.0
  private static let top = 16.0

  /// The greys of a scan.
  static func greys(_ planes: ScanPlanes) -> ColourScale { ColourScale(.grey, low: 0, high: planes.darkest) }

  /// A scan in grey with the outlines of its regions.
  static func drawing(_ planes: ScanPlanes, title: String) -> Drawing {
    let scale = greys(planes)
    return drawing(
      planes.planes.map(\.plane),
      label: "\(title): mean activity in an axial, a coronal and a sagittal plane, with the outlines of the regions; "
        + "black is \(PageNumber.text(planes.darkest)) kBq/mL and more"
        + (planes.other.map { "; broken outlines: \($0.words)" } ?? "")
    ) { i in
      let plane = planes.planes[i]
      let image = IndexedImage(
        columns: plane.plane.columns, rows: plane.plane.rows,
        pixels: plane.mean.map { $0.isFinite ? scale.index($0) : ColourScale.outside }, palette: scale.palette, clear: 1
      )
      return (image, [(plane.labels, "contour")] + (plane.others.map { [($0, "contour before")] } ?? []))
    }
  }

  /// Two scans in the same planes: one in orange, one in blue; where both are, the two make dark.
  ///
  /// Their outlines are those of all regions together.
  static func overlay(_ first: ScanPlanes, _ second: ScanPlanes, names: (String, String)) -> Drawing {
    drawing(
      first.planes.map(\.plane),
      label: "\(names.0) in orange and \(names.1) in blue in the same planes, with the outline of each one's regions"
    ) { i in
      let (a, b) = (first.planes[i], second.planes[i])
      let pixels = a.mean.indices.map { place -> UInt8 in
        guard a.mean[place].isFinite || b.mean[place].isFinite else { return 0 }
        func share(_ value: Double, _ darkest: Double) -> Int {
          value.isFinite ? Int((min(max(value / darkest, 0), 1) * 14).rounded()) : 0
        }
        return UInt8(1 + share(a.mean[place], first.darkest) * 15 + share(b.mean[place], second.darkest))
      }
      let image = IndexedImage(
        columns: a.plane.columns, rows: a.plane.rows, pixels: pixels, palette: twoColours, clear: 1)
      func whole(_ labels: [Int32]) -> [Int32] { labels.map { $0 == 0 ? 0 : 1 } }
      return (image, [(whole(a.labels), "contour first"), (whole(b.labels), "contour second")])
    }
  }

  /// Amounts of orange and blue, 15 steps each, taken away from white.
  private static let twoColours: [RGB] =
    [RGB(0, 0, 0)]
    + (0..<225).map { index in
      let (a, b) = (Double(index / 15) / 14, Double(index % 15) / 14)
      func level(_ first: Double, _ second: Double) -> UInt8 {
        UInt8(max(0, 255 * (1 - a * (1 - first)) * (1 - b * (1 - second))).rounded())
      }
      return RGB(level(1, 0.1), level(0.45, 0.45), level(0.1, 1))
    }

  private static func drawing(
    _ planes: [WorldPlane], label: String, _ picture: (Int) -> (IndexedImage, [(labels: [Int32], style: String)])
  ) -> Drawing {
    // Millimetres are units: the three have one scale.
    let widths = planes.map(\.width)
    let heights = planes.map(\.height)
    var drawing = Drawing(
      width: widths.reduce(0, +) + gap * Double(planes.count - 1), height: (heights.max() ?? 1) + top, label: label)
    var left = 0.0
    for (i, plane) in planes.enumerated() {
      let (image, outlines) = picture(i)
      drawing.rectangle(left, top, widths[i], heights[i], "paper")
      drawing.image(image, left, top, widths[i], heights[i])
      for outline in outlines {
        drawing.path(
          Contours.path(
            outline.labels, columns: plane.columns, rows: plane.rows, x: left, y: top, scale: plane.pixel),
          outline.style)
      }
      drawing.text(
        left + widths[i] / 2, 11,
        "\(plane.view.rawValue), \(plane.view.letter) \(PageNumber.text(plane.position, decimals: 0)) mm",
        "tick", anchor: .middle)
      if plane.view != .sagittal {
        drawing.text(left + 3, top + 12, "L", "side")
        drawing.text(left + widths[i] - 3, top + 12, "R", "side", anchor: .end)
      } else {
        drawing.text(left + widths[i] - 3, top + 12, "A", "side", anchor: .end)
        drawing.text(left + 3, top + 12, "P", "side")
      }
      left += widths[i] + gap
    }
    return drawing
  }
}
