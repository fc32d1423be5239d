import PETCore
import PETImaging
import PETResults

/// Values of regions painted on a head: three views, each a montage of slices of which one is seen.
struct BrainFigure {
  let slices: BrainSlices
  /// By region's key; what is not there is not painted, NaN is grey.
  let values: [String: Double]
  let scale: ColourScale
  /// What is painted, and its unit.
  let measure: String
  let unit: String
  let title: String

  /// - Parameters:
  ///   - rows: regions with their values; what is no target is not painted.
  ///   - references: which are not painted.
  ///   - end: of the colours; nil for a round one that holds the values.
  init(
    _ slices: BrainSlices, _ rows: [(region: String, value: Double)], without references: ReferenceRegions,
    kind: ColourScale.Kind, end: Double?, measure: String, unit: String, title: String
  ) {
    self.slices = slices
    let shown = rows.filter { !references.contains($0.region) && StudyFamily.isTarget($0.region) }
    values = Dictionary(shown.map { (RegionName.key($0.region), $0.value) }, uniquingKeysWith: { first, _ in first })
    let most = end ?? ColourScale.roundEnd(shown.map { abs($0.value) }.filter(\.isFinite).max() ?? 1)
    scale = ColourScale(kind, low: kind == .diverging ? -most : 0, high: most)
    (self.measure, self.unit, self.title) = (measure, unit, title)
  }

  /// Slices beside each other in a montage.
  static let across = 4

  /// One view as a page has it.
  struct View {
    let name: String
    /// Letter of the axis that slices follow each other on.
    let axis: String
    let mean: IndexedImage
    let paint: IndexedImage
    /// mm.
    let places: [Double]
    let first: Int
    /// Of one slice, mm.
    let width: Double
    let height: Double
    /// What lies at the left and the right.
    let sides: (left: String, right: String)
  }

  /// What is told who does not see it: how many regions are painted, and which have the largest and the least value.
  var words: String {
    let told = slices.names.values.compactMap { name in value(of: name).map { (name, $0) } }
      .filter { $0.1.isFinite }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    guard let least = told.first, let most = told.last else { return "\(measure): no region has a value" }
    guard told.count > 1 else { return "\(measure) of \(least.0) alone: \(PageNumber.text(least.1))" }
    return
      "\(measure) of \(told.count) regions, from \(least.0) (\(PageNumber.text(least.1))) to \(most.0) (\(PageNumber.text(most.1)))"
      + (unit.isEmpty || unit == "unitless" ? "" : " \(unit)")
  }

  var views: [View] {
    slices.slices.map { own in
      let grey = ColourScale(.grey, low: 0, high: slices.darkest)
      let means = zip(own.planes, own.means).map { plane, values in
        IndexedImage(
          columns: plane.columns, rows: plane.rows, pixels: values.map { Self.grey($0, grey) }, palette: grey.palette,
          clear: 1)
      }
      return View(
        name: own.view.rawValue, axis: own.view.letter, mean: IndexedImage(montage: means, across: Self.across),
        paint: IndexedImage(montage: painted(own), across: Self.across), places: own.planes.map(\.position),
        first: own.first, width: own.planes[0].width, height: own.planes[0].height,
        sides: own.view == .sagittal ? ("P", "A") : ("L", "R"))
    }
  }

  /// What a template is given.
  ///
  /// - Parameter ground: what it is painted on.
  func context(on ground: String) -> [String: Any] {
    [
      "words": printable(words.prefix(1).uppercased() + words.dropFirst() + "."), "ground": printable(ground),
      "bar": scale.bar(label: measure, unit: unit, of: "\(title), painted").svg,
      "views": views.map { view in
        [
          "name": view.name, "axis": view.axis, "mean": view.mean.dataURL, "paint": view.paint.dataURL,
          "alt": printable("\(title), \(view.name) slices: \(self.words); values are in the tables"),
          "across": Self.across, "column": view.first % Self.across, "row": view.first / Self.across,
          "first": view.first,
          "count": view.places.count, "width": Drawing.number(view.width), "height": Drawing.number(view.height),
          "places": view.places.map { PageNumber.text($0, decimals: 0) }.joined(separator: ", "),
          "place": PageNumber.text(view.places[view.first], decimals: 0), "left": view.sides.left,
          "right": view.sides.right,
        ]
      },
    ]
  }

  /// The slices that are seen first, as a picture of its own.
  var drawing: Drawing {
    let gap = 12.0
    let top = 16.0
    let sizes = slices.slices.map { ($0.planes[0].width, $0.planes[0].height) }
    let height = sizes.map(\.1).max() ?? 1
    var drawing = Drawing(
      width: max(sizes.reduce(0) { $0 + $1.0 } + gap * Double(sizes.count - 1), 300), height: top + height + 54,
      label: "\(title): \(words)")
    var left = 0.0
    for (own, size) in zip(slices.slices, sizes) {
      let (mean, plane) = (own.means[own.first], own.planes[own.first])
      let grey = ColourScale(.grey, low: 0, high: slices.darkest)
      drawing.rectangle(left, top, size.0, size.1, "paper")
      drawing.image(
        IndexedImage(
          columns: plane.columns, rows: plane.rows, pixels: mean.map { Self.grey($0, grey) }, palette: grey.palette,
          clear: 1), left, top, size.0, size.1)
      drawing.image(painted(own)[own.first], left, top, size.0, size.1)
      drawing.text(
        left + size.0 / 2, 11,
        "\(own.view.rawValue), \(own.view.letter) \(PageNumber.text(plane.position, decimals: 0)) mm", "tick",
        anchor: .middle)
      left += size.0 + gap
    }
    drawing.nested(scale.bar(label: measure, unit: unit, of: title), 0, top + height + 6)
    return drawing
  }

  /// Of a label's own region, or of that of both sides.
  private func value(of name: String) -> Double? {
    values[RegionName.key(name)] ?? RegionName.side(of: name).flatMap { values[RegionName.key($0.base)] }
  }

  /// Steps of grey that a blurred mean is shown in: more would be the scan's noise.
  private static let greys = 32.0

  private static func grey(_ value: Double, _ scale: ColourScale) -> UInt8 {
    guard value.isFinite else { return ColourScale.outside }
    return scale.index((value / scale.high * greys).rounded() * scale.high / greys)
  }

  private func painted(_ own: BrainSlices.Slices) -> [IndexedImage] {
    let colours = slices.names.compactMapValues { value(of: $0).map(scale.index) }
    return zip(own.fine, own.labels).map { plane, labels in
      // Labels come in runs.
      var (last, colour) = (Int32(0), ColourScale.outside)
      let pixels = labels.map { label in
        if label != last { (last, colour) = (label, colours[label] ?? ColourScale.outside) }
        return colour
      }
      return IndexedImage(columns: plane.columns, rows: plane.rows, pixels: pixels, palette: scale.palette, clear: 1)
    }
  }
}
