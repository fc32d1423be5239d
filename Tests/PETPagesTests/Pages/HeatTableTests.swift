import Foundation
import PETBinding
import PETCore
import PETTracers
import Testing

@testable import PETPages

/// Everybody in every region, in numbers and colours.
struct HeatTableTests {
  private static func study(_ values: [[Double]], names: [String], regions: [String]) -> StudyTable {
    StudyTable(
      systems: .init(), pair: "x", visits: names.map { .init(participant: $0, session: nil) }, regions: regions,
      persons: [], values: [StudyTable.logRatio: values])
  }

  /// z by hand: 1, 2, 3, 6 have a mean of 3 and an SD of √(14/3); persons in the order in which people count.
  @Test func scoresAndOrder() throws {
    let study = Self.study(
      [[6, 1], [1, 1], [2, 1], [3, .nan]], names: ["sub-10", "sub-9", "sub-<1>", "sub-a"],
      regions: ["Putamen", "Cortex"])
    let heat = try #require(HeatTable(study))
    let sd = (14.0 / 3).squareRoot()
    for (row, value) in zip(heat.scores.values, [6.0, 1, 2, 3]) { #expect(abs(row[0] - (value - 3) / sd) < 1e-12) }
    // Values that do not differ have no place among each other.
    #expect(heat.scores.values.allSatisfy { $0[1].isNaN })
    let html = heat.html { $0.participant == "sub-9" ? "sub-9/page.html" : nil }
    let names = html.matches(of: /<th scope="row">(.*?)<\/th>/).map { String($0.1) }
    #expect(names == ["<a href=\"sub-9/page.html\">sub-9</a>", "sub-10", "sub-&lt;1&gt;", "sub-a"])
    #expect(html.contains("<td class=\"z9\">1.4</td>") && html.contains("\u{2212}0.9") && html.contains("<td>n/a</td>"))
    #expect(!html.contains(">session<"))
  }

  /// Sides and what is no target are left to the tables; three persons are no others.
  @Test func whoAndWhere() throws {
    let values = [[1.0, 1, 1], [2, 2, 2], [3, 3, 3], [4, 4, 5]]
    let names = ["a", "b", "c", "d"]
    let heat = try #require(
      HeatTable(Self.study(values, names: names, regions: ["Left-Putamen", "Putamen", "White-Matter"])))
    #expect(heat.scores.regions == [1])
    #expect(HeatTable(Self.study(Array(values.dropLast()), names: ["a", "b", "c"], regions: ["A", "B", "C"])) == nil)
  }

  /// Black numbers are read on every colour: contrast of 4.5 and more (WCAG 2.2).
  @Test func coloursAreRead() throws {
    let steps = HeatTable.style.matches(of: /rgb\((\d+) (\d+) (\d+)\)/)
    #expect(steps.count == 13)
    for step in steps {
      let parts = [step.1, step.2, step.3].map { text -> Double in
        let share = (Double(text) ?? .nan) / 255
        return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
      }
      let luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
      #expect((luminance + 0.05) / 0.05 > 4.5, "\(step.0)")
    }
  }
}
