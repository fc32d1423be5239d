import PETCore
import PETImaging

/// A map in axial slices with its colour scale.
enum MapFigure {
  /// Slices beside each other in the picture.
  static let across = 4

  static func label(_ map: MapReport) -> String {
    let places = map.planes.map(\.position)
    return
      "\(map.title): \(map.planes.count) axial slices from z \(PageNumber.text(places.first ?? 0, decimals: 0)) to "
      + "\(PageNumber.text(places.last ?? 0, decimals: 0)) mm, colours from \(PageNumber.text(map.scale.low)) to "
      + "\(PageNumber.text(map.scale.high)) \(map.unit)"
  }

  static func montage(_ map: MapReport) -> IndexedImage { IndexedImage(montage: map.slices, across: across) }

  static func drawing(_ map: MapReport) -> Drawing {
    let image = montage(map)
    let scale = 2.0
    let (width, height) = (Double(image.columns) * scale, Double(image.rows) * scale)
    var drawing = Drawing(width: max(width, 300), height: height + 50, label: label(map))
    drawing.image(image, 0, 0, width, height)
    drawing.nested(map.scale.bar(label: map.measure, unit: map.unit, of: map.title), 0, height + 4)
    return drawing
  }
}
