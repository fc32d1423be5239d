import Foundation
import Testing

@testable import PETPages

/// Pictures in SVG, and plots in them (`Plot`).
struct DrawingTests {
  private static func svg(_ draw: (inout Drawing) -> Void) -> String {
    var drawing = Drawing(width: 100, height: 50, label: "a < b & \"c\"")
    draw(&drawing)
    return drawing.svg
  }

  /// Tenths, rounded; what is no number of a picture is 0, and never a word that breaks the path.
  @Test(arguments: [
    (0.0, "0"), (12, "12"), (12.34, "12.3"), (-12.36, "-12.4"), (-0.04, "0"), (0.96, "1"), (-1.0, "-1"), (.nan, "0"),
    (.infinity, "0"), (1e12, "0"), (99999.95, "100000"),
  ])
  func numbersAreShort(value: Double, text: String) { #expect(Drawing.number(value) == text) }

  @Test func gapsBreakALine() {
    let path = Self.svg {
      $0.polyline([(0, 1), (1, 2), (2, .nan), (3, 4), (.infinity, 5), (5, 6), (6, 7)], "fit")
    }
    #expect(path.contains("d=\"M0 1L1 2M3 4M5 6L6 7\""), "\(path)")
    // Nothing to draw leaves no element.
    let nothing = Self.svg {
      $0.polyline([(.nan, 1)], "fit")
      $0.dots([(1, .nan)], "p")
      $0.stems([], from: 0, "s")
      $0.lines(across: [], from: 0, to: 1, isUpright: true, "grid")
      $0.bars([], on: 1, "w")
      $0.rectangle(0, 0, -1, 1, "r")
    }
    #expect(!nothing.contains("<path") && !nothing.contains("<rect"))
  }

  @Test func shapes() {
    let text = Self.svg {
      $0.bars([(from: 1, to: 3, top: 5)], on: 10, "w")
      $0.lines(across: [2, 4], from: 0, to: 9, isUpright: false, "g")
      $0.lines(across: [2], from: 1, to: 9, isUpright: true, "g")
      $0.stems([(x: 1, y: 2), (x: .nan, y: 2)], from: 7, "s")
    }
    #expect(text.contains("d=\"M1 10V5H3V10z\"") && text.contains("d=\"M0 2h9M0 4h9\""))
    #expect(text.contains("d=\"M2 1v8\"") && text.contains("d=\"M1 7V2\""))
  }

  /// Names come from files: markup in them is text, in a picture, its label and a title.
  @Test func namesAreNotExecuted() throws {
    let text = Self.svg { drawing in
      drawing.group(title: "</title><script>") { $0.text(1, 2, "<b>", anchor: .end) }
      drawing.upright(1, 2, "a&b")
    }
    #expect(!text.contains("<script>") && !text.contains("<b>") && text.contains(">&lt;b&gt;</text>"))
    #expect(text.contains("aria-label=\"a &lt; b &amp; &quot;c&quot;\"") && text.contains("text-anchor=\"end\""))
    // Another reader of XML takes the file.
    var drawing = Drawing(width: 100, height: 50, label: "Gyrus précentral 左 <")
    drawing.group("x", title: "'") { $0.circle(1, 2, 3, "mark") }
    let parser = XMLReader(drawing.file)
    #expect(parser.elements.contains("circle") && parser.elements.first == "svg" && parser.isWhole)
  }

  @Test func wideOnesScroll() {
    #expect(!Drawing(width: 740, height: 1, label: "").svg.contains("min-width"))
    #expect(Drawing(width: 741, height: 1, label: "").svg.contains("min-width:741px"))
    var inner = Drawing(width: 1, height: 1, label: "")
    inner.circle(1, 1, 1, "mark")
    var outer = Drawing(width: 2, height: 2, label: "")
    outer.nested(inner, 3, 4.5)
    #expect(outer.svg.contains("<g transform=\"translate(3 4.5)\"><circle"))
  }

  /// Labels that would touch are left out, every second or more; ticks of y are all there.
  @Test func labelsOfAnAxisDoNotTouch() {
    func labels(to right: Double) -> Int {
      var plot = Plot(
        drawing: Drawing(width: 400, height: 100, label: ""),
        x: Scale(of: [0, 1000], from: 50, to: right, count: 10), y: Scale(of: [0, 1], from: 90, to: 10, count: 2))
      plot.axes(grid: false)
      return plot.drawing.svg.components(separatedBy: "text-anchor=\"middle\"").count - 1
    }
    // Eleven labels of up to four letters, 6.5 wide with one for the space between: 32.5 each.
    #expect(labels(to: 50 + 10 * 33) == 11)
    #expect(labels(to: 50 + 10 * 30) == 6)
    #expect(labels(to: 50 + 10 * 13) == 4)
  }

  /// How far the picture itself goes is told to the page, not to a file of its own.
  @Test func theInnerPart() {
    var drawing = Drawing(width: 740, height: 10, label: "l")
    #expect(!drawing.svg.contains("data-inner"))
    drawing.inner = 532
    #expect(drawing.svg.contains(" data-inner=\"532\"") && !drawing.file.contains("data-inner"))
  }

  /// Whose marks are: ranges, nothing for rows from the first on; a mark that is not drawn is nobody's.
  @Test(arguments: [
    ([0, 1, 2, 3, 4], ""), ([1, 2, 3, 4, 5], "1-4"), ([0, 1, 7, 3, 4], "0-1 7 3"), ([4, 3, 2, 1, 0], "4 3 2 1"),
  ])
  func marksHaveOwners(owners: [Int], told: String) {
    var drawing = Drawing(width: 10, height: 10, label: "l")
    drawing.dots([(1, 1), (2, 2), (3, 3), (4, 4), (.nan, 5)], "person", of: owners)
    let marks = XMLReader(drawing.svg).all("path", class: "dots person")
    #expect(marks.first?["data-of"] == told && marks.first?["d"] == "M1 1h0M2 2h0M3 3h0M4 4h0", "\(marks)")
  }
}
