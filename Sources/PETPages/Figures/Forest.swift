import Foundation
import PETCore

/// Values with their limits, one row for each, on one axis: a forest plot.
struct Forest {
  struct Row {
    /// Of the first row of a group; empty on the others.
    var name: String
    /// What tells rows of a group apart.
    var mark = ""
    var value = Double.nan
    var low = Double.nan
    var high = Double.nan
    /// Limits that hold more than the others.
    var outer: (low: Double, high: Double)?
    /// What is usual there, with the SD between persons.
    var norm: (expected: Double, sd: Double)?
    /// Filled or open; a class of the style sheet.
    var style = "both"
    /// Beside the row.
    var text = ""
    /// Shown in place of what is missing.
    var reason = ""
    /// Parts of the axis, in place of a value, that are not excluded; ends may be infinite.
    var open: [ClosedRange<Double>] = []
  }

  var rows: [Row]
  let label: String
  let axis: String
  /// Named at the top when values are logarithms.
  let ratioAxis: String?
  /// Heading of the texts beside the rows.
  let textTitle: String

  private static let rowHeight = 17.0
  private static let top = 40.0
  private static let (left, right) = (215.0, 520.0)

  func drawing() -> Drawing {
    let height = Self.top + Double(rows.count) * Self.rowHeight + 44
    let domain = domain
    let plain = Scale(of: domain + [0], from: Self.left, to: Self.right, count: 5)
    // Room for the longest text, a little more than its letters take.
    let longest = rows.map(\.text.count).max() ?? 0
    var drawing = Drawing(width: max(740, Self.right + 24 + 6.3 * Double(longest)), height: height, label: label)
    drawing.inner = Self.right + 12
    let bottom = Self.top + Double(rows.count) * Self.rowHeight
    for tick in plain.ticks {
      drawing.line(plain(tick.value), Self.top - 4, plain(tick.value), bottom, "grid")
      drawing.text(plain(tick.value), bottom + 15, tick.label, "tick", anchor: .middle)
    }
    drawing.line(plain(0), Self.top - 4, plain(0), bottom, "zero")
    drawing.line(Self.left, bottom, Self.right, bottom, "axis")
    drawing.text((Self.left + Self.right) / 2, bottom + 33, axis, "name", anchor: .middle)
    if let ratioAxis {
      drawing.line(Self.left, Self.top - 4, Self.right, Self.top - 4, "axis")
      for tick in Scale.ratioTicks(low: plain.low, high: plain.high) {
        drawing.line(plain(tick.value), Self.top - 8, plain(tick.value), Self.top - 4, "axis")
        drawing.text(plain(tick.value), Self.top - 11, tick.label, "tick", anchor: .middle)
      }
      drawing.text((Self.left + Self.right) / 2, 12, ratioAxis, "name", anchor: .middle)
    }
    drawing.text(Self.right + 14, 12, textTitle, "name aside")
    for (i, row) in rows.enumerated() {
      let y = Self.top + (Double(i) + 0.5) * Self.rowHeight
      if !row.name.isEmpty, i > 0 {
        drawing.line(8, y - Self.rowHeight / 2, drawing.width - 8, y - Self.rowHeight / 2, "rule")
      }
      draw(row, at: y, on: plain, in: &drawing)
    }
    return drawing
  }

  /// What the axis has to hold: values, and limits unless they are far beyond all values.
  private var domain: [Double] {
    let values = rows.map(\.value).filter(\.isFinite)
    let norms = rows.compactMap(\.norm).flatMap { [$0.expected - 2 * $0.sd, $0.expected + 2 * $0.sd] }
    let centre = (values + norms).filter(\.isFinite)
    guard let least = centre.min(), let most = centre.max() else { return [-1, 1] }
    let room = max(1, most - least)
    let inner = rows.flatMap { [$0.low, $0.high] }
    let outer = rows.compactMap(\.outer).flatMap { [$0.low, $0.high] }
    let limits = (inner + outer).filter {
      $0.isFinite && $0 > least - room && $0 < most + room
    }
    return centre + limits
  }

  private func draw(_ row: Row, at y: Double, on x: Scale, in drawing: inout Drawing) {
    drawing.text(180, y + 4, Self.shortened(row.name, 24), "label", anchor: .end)
    drawing.text(198, y + 4, row.mark, "tick", anchor: .middle)
    let words = [row.name, row.mark, row.text, row.reason].filter { !$0.isEmpty }.joined(separator: " ")
    drawing.group(row.style, title: words) { drawing in
      if let norm = row.norm {
        let (a, b) = (x.clamped(norm.expected - 2 * norm.sd), x.clamped(norm.expected + 2 * norm.sd))
        drawing.rectangle(a, y - 6, b - a, 12, "norm")
        drawing.line(x.clamped(norm.expected), y - 6, x.clamped(norm.expected), y + 6, "expected")
      }
      for part in row.open {
        let (a, b) = (x.clamped(part.lowerBound), x.clamped(part.upperBound))
        drawing.line(a, y, b, y, "open")
        if part.lowerBound < x.low { Self.arrow(a, y, -1, &drawing) }
        if part.upperBound > x.high { Self.arrow(b, y, 1, &drawing) }
      }
      guard row.value.isFinite else { return }
      if let outer = row.outer, outer.low.isFinite, outer.high.isFinite {
        let (a, b) = (x.clamped(outer.low), x.clamped(outer.high))
        drawing.rectangle(a, y - 4, b - a, 8, "budget")
      }
      if row.low.isFinite, row.high.isFinite {
        Self.interval(row.low, row.high, at: y, on: x, &drawing)
      }
      drawing.circle(x.clamped(row.value), y, 4, "mark")
    }
    if !row.reason.isEmpty {
      let width = Double(row.reason.count) * 5.6
      let at = (Self.left + Self.right) / 2
      // Over a line of what is not excluded, words need a ground of their own.
      if !row.open.isEmpty { drawing.rectangle(at - width / 2, y - 6.5, width, 13, "ground") }
      drawing.text(at, y + 4, row.reason, "reason", anchor: .middle)
    }
    drawing.text(Self.right + 14, y + 4, row.text, "label aside")
  }

  /// A line between limits, with an arrow where one lies beyond the axis.
  static func interval(_ low: Double, _ high: Double, at y: Double, on x: Scale, _ drawing: inout Drawing) {
    let (a, b) = (x.clamped(low), x.clamped(high))
    drawing.line(a, y, b, y, "interval")
    if low < x.low { arrow(a, y, -1, &drawing) }
    if high > x.high { arrow(b, y, 1, &drawing) }
  }

  private static func arrow(_ x: Double, _ y: Double, _ side: Double, _ drawing: inout Drawing) {
    drawing.polyline([(x - 5 * side, y - 4), (x, y), (x - 5 * side, y + 4)], "interval")
  }

  /// A name that takes no more room than so many letters; signs of East Asian scripts count twice.
  ///
  /// What is left out is of the middle: parcels of one structure differ at their ends.
  static func shortened(_ name: String, _ count: Int) -> String {
    func width(_ character: Character) -> Int { character.unicodeScalars.contains { $0.value >= 0x2e80 } ? 2 : 1 }
    guard name.reduce(0, { $0 + width($1) }) > count else { return name }
    func kept(_ characters: some Sequence<Character>, _ room: Int) -> [Character] {
      var left = room
      return Array(
        characters.prefix { character in
          left -= width(character)
          return left >= 0
        })
    }
    let end = kept(name.reversed(), (count - 1) / 3)
    let used = end.reduce(0) { $0 + width($1) }
    return String(kept(name, count - 1 - used)) + "\u{2026}" + String(end.reversed())
  }
}
