/// A picture in SVG, written as it is drawn: x to the right, y down, in units of its view box.
///
/// Colours and weights of lines are classes of the style sheet, so that one picture serves light, dark and print.
package struct Drawing: Sendable {
  package let width: Double
  package let height: Double
  /// What a person who does not see it is told.
  package let label: String
  /// A further class of the whole: whose colour it has.
  package var style = ""
  /// How far to the right the picture itself goes: what stands beside it (`aside`) has no place on a narrow screen, where a table
  /// says the same; nil for all of it.
  var inner: Double?
  private var body = ""

  package init(width: Double, height: Double, label: String) {
    self.width = width
    self.height = height
    self.label = label
  }

  package enum Anchor: String, Sendable { case start, middle, end }

  /// A number as SVG wants it: tenths, without what is not needed.
  static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
    return (tenths < 0 ? "-" : "") + "\(whole)" + (rest == 0 ? "" : ".\(rest)")
  }

  private func n(_ value: Double) -> String { Self.number(value) }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    body += "<path class=\"\(style)\" d=\"M\(n(x1)) \(n(y1))L\(n(x2)) \(n(y2))\"/>"
  }

  /// Straight lines from point to point; a point that is not finite breaks them.
  mutating func polyline(_ points: [(x: Double, y: Double)], _ style: String) {
    var path = ""
    var isDown = false
    for point in points {
      guard point.x.isFinite, point.y.isFinite else {
        isDown = false
        continue
      }
      path += (isDown ? "L" : "M") + n(point.x) + " " + n(point.y)
      isDown = true
    }
    if !path.isEmpty { body += "<path class=\"\(style)\" d=\"\(path)\"/>" }
  }

  /// Lines from edge to edge at places of an axis, in one path.
  mutating func lines(across places: [Double], from start: Double, to end: Double, isUpright: Bool, _ style: String) {
    let length = n(end - start)
    path(
      places.map { isUpright ? "M\(n($0)) \(n(start))v\(length)" : "M\(n(start)) \(n($0))h\(length)" }.joined(), style)
  }

  /// Bars that stand on a base, in one path.
  mutating func bars(_ bars: [(from: Double, to: Double, top: Double)], on base: Double, _ style: String) {
    path(bars.map { "M\(n($0.from)) \(n(base))V\(n($0.top))H\(n($0.to))V\(n(base))z" }.joined(), style)
  }

  /// Upright strokes from a base to each point.
  mutating func stems(_ points: [(x: Double, y: Double)], from base: Double, _ style: String) {
    var path = ""
    for point in points where point.x.isFinite && point.y.isFinite {
      path += "M\(n(point.x)) \(n(base))V\(n(point.y))"
    }
    if !path.isEmpty { body += "<path class=\"\(style)\" d=\"\(path)\"/>" }
  }

  /// Round marks, as wide as the class's stroke.
  ///
  /// - Parameter owners: whose each is, by the row of a table; nil for nobody's. They are told as ranges, and not at all where
  ///   the marks are the rows' own from the first one on.
  mutating func dots(_ points: [(x: Double, y: Double)], _ style: String, of owners: [Int]? = nil) {
    let drawn = points.indices.filter { points[$0].x.isFinite && points[$0].y.isFinite }
    guard !drawn.isEmpty else { return }
    let whose = owners.map { owners in " data-of=\"\(Self.ranges(drawn.map { owners[$0] }))\"" } ?? ""
    let path = drawn.map { "M\(n(points[$0].x)) \(n(points[$0].y))h0" }.joined()
    body += "<path class=\"dots \(style)\"\(whose) d=\"\(path)\"/>"
  }

  /// Such as `0-3 7`; empty for 0, 1, 2 and so on.
  private static func ranges(_ places: [Int]) -> String {
    guard places != Array(places.indices) else { return "" }
    var ranges: [(first: Int, last: Int)] = []
    for place in places {
      if let last = ranges.last?.last, place == last + 1 {
        ranges[ranges.count - 1].last = place
      } else {
        ranges.append((place, place))
      }
    }
    return ranges.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: " ")
  }

  mutating func circle(_ x: Double, _ y: Double, _ radius: Double, _ style: String) {
    body += "<circle class=\"\(style)\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\"/>"
  }

  mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String) {
    guard width >= 0, height >= 0 else { return }
    body += "<rect class=\"\(style)\" x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\"/>"
  }

  /// A path in SVG's own words, made of numbers.
  mutating func path(_ path: String, _ style: String) {
    if !path.isEmpty { body += "<path class=\"\(style)\" d=\"\(path)\"/>" }
  }

  mutating func text(_ x: Double, _ y: Double, _ text: String, _ style: String = "", anchor: Anchor = .start) {
    let own = style.isEmpty ? "" : " class=\"\(style)\""
    let side = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    body += "<text\(own) x=\"\(n(x))\" y=\"\(n(y))\"\(side)>\(HTML.escaped(text))</text>"
  }

  /// Text that reads upwards.
  mutating func upright(_ x: Double, _ y: Double, _ text: String, _ style: String = "") {
    let own = style.isEmpty ? "" : " class=\"\(style)\""
    body +=
      "<text\(own) text-anchor=\"middle\" transform=\"translate(\(n(x)) \(n(y))) rotate(-90)\">\(HTML.escaped(text))</text>"
  }

  /// An image of indexed colours, without smoothing between its pixels.
  mutating func image(_ image: IndexedImage, _ x: Double, _ y: Double, _ width: Double, _ height: Double) {
    body +=
      "<image class=\"pixels\" x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\" "
      + "preserveAspectRatio=\"none\" href=\"\(image.dataURL)\"/>"
  }

  /// What is drawn inside belongs together; its title is shown where a pointer rests.
  mutating func group(_ style: String = "", title: String = "", _ draw: (inout Drawing) -> Void) {
    body += style.isEmpty ? "<g>" : "<g class=\"\(style)\">"
    if !title.isEmpty { body += "<title>\(HTML.escaped(title))</title>" }
    draw(&self)
    body += "</g>"
  }

  /// Another drawing with its upper left corner at a place.
  mutating func nested(_ other: Drawing, _ x: Double, _ y: Double) {
    body += "<g transform=\"translate(\(n(x)) \(n(y)))\">\(other.body)</g>"
  }

  private var classes: String { style.isEmpty ? "plot" : "plot " + style }

  /// As a part of a page.
  package var svg: String {
    // A wide one is scrolled rather than made small.
    let least = width > 740 ? " style=\"min-width:\(n(width))px\"" : ""
    let inner = inner.map { " data-inner=\"\(n($0))\"" } ?? ""
    return
      "<svg class=\"\(classes)\"\(least)\(inner) role=\"img\" aria-label=\"\(HTML.escaped(label))\" viewBox=\"0 0 \(n(width)) \(n(height))\">"
      + body + "</svg>"
  }

  /// As a file of its own, with the colours of a white page.
  package var file: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"\(classes)\" role=\"img\" "
      + "aria-label=\"\(HTML.escaped(label))\" width=\"\(n(width))\" height=\"\(n(height))\" "
      + "viewBox=\"0 0 \(n(width)) \(n(height))\">\n<style>\(Templates.figureStyle)</style>\n"
      + "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\(body)\n</svg>\n"
  }
}
