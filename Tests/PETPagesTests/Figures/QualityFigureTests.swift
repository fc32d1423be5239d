import PETBinding
import Testing

@testable import PETPages

/// Distributions of what says how good scans are.
struct QualityFigureTests {
  private static func quantity(_ values: [Double]) -> StudyQuality.Quantity {
    .init(
      name: "head motion", unit: "mm", tracer: "t",
      values: values.enumerated().map { (.init(participant: "sub-\($0 + 1)", session: nil), $1) })
  }

  /// Points where the axis says, the box from quartile to quartile, who is far in red and by name.
  @Test func pointsAndBox() {
    let quantity = Self.quantity([0, 1, 2, 3, 4, 5, 6, 7, 8, 40])
    let picture = XMLReader(QualityFigure.drawing(quantity).svg)
    #expect(picture.isWhole && picture.all("circle", class: "mark").count == 1)
    #expect(picture.words("title").contains("sub-10: 40"))
    // The axis runs from 26 to 250 for 0 to 40; quartiles 2.25 and 6.75.
    let box = picture.all("rect", class: "norm").first
    #expect(box?["x"] == "38.6" && box?["width"] == "25.2", "\(box ?? [:])")
    #expect(
      StudyQuality([quantity]).outliers == [.init(participant: "sub-10", session: nil): ["head motion of t 40 mm"]])
  }

  /// Somebody who is far from others that are all alike, but by less than matters, is not told.
  @Test func smallDifferencesAreNotTold() {
    func outliers(_ least: Double) -> Int {
      let values = [0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 0.4]
      return StudyQuality.Quantity(
        name: "head motion", unit: "mm", tracer: "t",
        values: values.enumerated().map { (.init(participant: "sub-\($0)", session: nil), $1) }, least: least
      ).outliers.count
    }
    #expect(outliers(0) == 1 && outliers(0.25) == 1 && outliers(0.27) == 0)
  }

  /// Of fewer than four there are points alone; values that are all the same have no figure.
  @Test func fewAndEqual() {
    let picture = XMLReader(QualityFigure.drawing(Self.quantity([1, 2, 3])).svg)
    #expect(picture.all("rect", class: "norm").isEmpty && picture.all("path", class: "dots person").count == 1)
    #expect(Self.quantity([1, 2]).isDrawn && !Self.quantity([2, 2]).isDrawn && !Self.quantity([]).isDrawn)
  }
}
