import Foundation
import PETCore

/// Values as colours, with ends that are stated and do not move with the data.
package struct ColourScale: Sendable {
  package enum Kind: Sendable {
    /// White for nothing to black for much, as scans are read on paper.
    case grey
    /// Dark to light, for quantities from 0; lightness alone tells the order.
    case sequential
    /// Two hues away from a pale middle, for what has a sign.
    case diverging
  }

  package let kind: Kind
  package let low: Double
  package let high: Double
  /// Outside what was looked at; not seen.
  package static let outside: UInt8 = 0
  /// Looked at, and no value.
  package static let missing: UInt8 = 1
  private static let first = 2
  private static let steps = 200

  package init(_ kind: Kind, low: Double, high: Double) {
    self.kind = kind
    self.low = low
    self.high = high
  }

  /// The smallest of a few round ends that holds a value: the same for most persons of a study.
  package static func roundEnd(_ value: Double) -> Double {
    guard value.isFinite, value > 0 else { return 1 }
    let power = pow(10, floor(log10(value)))
    return ([1, 2, 4, 6, 10].first { $0 * power >= value * 0.999 } ?? 10) * power
  }

  /// Colour number of a value; beyond the ends the end's.
  package func index(_ value: Double) -> UInt8 {
    guard value.isFinite else { return Self.missing }
    let share = min(max((value - low) / (high - low), 0), 1)
    return UInt8(Self.first + Int((share * Double(Self.steps - 1)).rounded()))
  }

  package var palette: [RGB] { [RGB(0, 0, 0), RGB(150, 150, 150)] + colours }

  /// From the low end to the high.
  package var colours: [RGB] {
    (0..<Self.steps).map { step in
      let t = Double(step) / Double(Self.steps - 1)
      switch kind {
      case .grey:
        let level = UInt8((255 * (1 - t)).rounded())
        return RGB(level, level, level)
      case .sequential: return Self.colour(lightness: 0.24 + 0.71 * t, chroma: 0.125, hue: 300 - 195 * t)
      case .diverging:
        let away = abs(2 * t - 1)
        return Self.colour(lightness: 0.96 - 0.52 * away, chroma: 0.15 * away, hue: t < 0.5 ? 255 : 45)
      }
    }
  }

  /// A colour by lightness, chroma and hue of Oklab (Ottosson 2020), its chroma taken back as far as a screen needs.
  private static func colour(lightness: Double, chroma: Double, hue: Double) -> RGB {
    let angle = hue * .pi / 180
    var chroma = chroma
    while true {
      let (a, b) = (chroma * cos(angle), chroma * sin(angle))
      let l = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3)
      let m = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3)
      let s = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3)
      let linear = [
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
      ]
      if chroma < 1e-3 || linear.allSatisfy({ (-1e-4...1.0001).contains($0) }) {
        let bytes = linear.map { value -> UInt8 in
          let v = min(max(value, 0), 1)
          let coded = v <= 0.0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - 0.055
          return UInt8((255 * coded).rounded())
        }
        return RGB(bytes[0], bytes[1], bytes[2])
      }
      chroma *= 0.95
    }
  }

  /// The scale as a bar of an SVG with its ends and middle named.
  func bar(label: String, unit: String, of title: String) -> Drawing {
    var drawing = Drawing(
      width: 300, height: 46,
      label: "Colour scale of \(title): \(NumberText.short(low)) to \(NumberText.short(high)) \(unit)")
    let strip = IndexedImage(
      columns: Self.steps, rows: 1, pixels: (0..<Self.steps).map { UInt8($0 + Self.first) }, palette: palette)
    drawing.image(strip, 8, 14, 284, 12)
    drawing.rectangle(8, 14, 284, 12, "frame")
    drawing.text(8, 10, label + (unit.isEmpty || unit == "unitless" ? "" : ", \(unit)"), "name")
    let scale = Scale(of: [low, high], from: 8, to: 292, count: 4)
    for tick in scale.ticks where tick.value >= low - 1e-9 && tick.value <= high + 1e-9 {
      let x = 8 + (tick.value - low) / (high - low) * 284
      drawing.text(x, 39, tick.label, "tick", anchor: x < 20 ? .start : x > 280 ? .end : .middle)
    }
    return drawing
  }
}
