import Foundation
import PETBinding
import PETCore
import PETResults
import PETTestSupport
import Testing

@testable import PETPages

/// The forest of a person's balance.
struct BalanceForestTests {
  private static func row(_ region: String, _ ratio: String, _ log: String, _ status: String = "ok") -> String {
    "\(region)\t2\t0.1\tconverged\t1\t0.1\tconverged\t\(ratio)\t\(log)\t\(status)"
  }

  private static func drawing(_ rows: [String], references: [String] = []) throws -> XMLReader {
    let report = try SmallReports.balance(rows)
    return XMLReader(
      BalanceForest.drawing(report, title: "sub-1", references: ReferenceRegions(references)).svg)
  }

  private static let good = "2\t1.5\t2.7\tbounded"

  /// Both sides of a structure stand together, wherever they are in the table; its name stands once.
  @Test func sidesStandTogether() throws {
    let logs = "0.7\t0.1\t0.4\t1"
    let picture = try Self.drawing(
      ["Left-Putamen", "Pons", "Right-Putamen", "Putamen"].map { Self.row($0, Self.good, logs) })
    #expect(
      picture.words("text", class: "tick").filter { ["L", "R", "L+R", ""].contains($0) } == ["L", "R", "L+R", ""])
    let labels = picture.words("text", class: "label")
    #expect(labels.filter { ["Putamen", "Pons", ""].contains($0) } == ["Putamen", "", "", "Pons"])
    #expect(picture.attributes[0]["aria-label"]?.contains("4 of 4 regions") == true)
    #expect(
      picture.words("text", class: "label aside").filter { $0.hasPrefix("2") }
        == [String](repeating: "2.00  ·  1.50 to 2.70", count: 4))
  }

  /// Fieller's sets in words, each kind as it is defined.
  @Test(arguments: [
    ("2", "1.5", "2.7", "bounded", "2.00  ·  1.50 to 2.70"),
    ("n/a", "3", "-1", "exclusive", "n/a  ·  up to −1.0, or from 3.0"),
    ("n/a", "-inf", "inf", "whole_line", "n/a  ·  any value"), ("2", "n/a", "n/a", "n/a", "2"),
    ("2", "0.5", "inf", "half_line", "2  ·  0.5 to ∞"),
  ])
  func setsInWords(value: String, low: String, high: String, kind: String, words: String) throws {
    let report = try SmallReports.balance([
      Self.row("A", "\(value)\t\(low)\t\(high)\t\(kind)", "n/a\tn/a\tn/a\tn/a")
    ])
    #expect(BalanceForest.text(report.file.rows[0].ratio) == words)
  }

  /// Without a ratio its reason is told, and what is not excluded of ratios above 0 is drawn.
  @Test func whatIsNotExcludedIsDrawn() throws {
    let none = "n/a\tn/a\tn/a\tn/a"
    func open(_ set: String, references: [String] = []) throws -> (strokes: Int, reason: [String]) {
      let picture = try Self.drawing(
        [Self.row("Cerebellum", set, none, "denominatorIndistinct"), Self.row("B", Self.good, "0.7\t0.1\t0.4\t1")],
        references: references)
      return (picture.all("path", class: "open").count, picture.words("text", class: "reason"))
    }
    let told = try open("n/a\t-inf\tinf\twhole_line")
    #expect(told.strokes == 1 && told.reason == ["no ratio: serotonin not told from 0"])
    // Up to -1, or from 3: below 0 there is no ratio. Up to 0.5, or from 3: two parts.
    #expect(try open("n/a\t3\t-1\texclusive").strokes == 1 && open("n/a\t3\t0.5\texclusive").strokes == 2)
    #expect(try open("n/a\t-3\t-1\tbounded").strokes == 0 && open("n/a\tn/a\tn/a\tn/a").strokes == 0)
    #expect(try open("n/a\tn/a\tn/a\tn/a", references: ["cerebellum"]).reason == ["the reference region"])
  }

  @Test func everyStatusHasWords() throws {
    let report = try SmallReports.balance([])
    let words = BalanceStatus.allCases.map { BalanceForest.words($0, report) } + [BalanceForest.words(nil, report)]
    #expect(Set(words).count == words.count && words.allSatisfy { !$0.isEmpty })
    #expect(XMLReader(BalanceForest.drawing(report, title: "x", references: ReferenceRegions([])).svg).isWhole)
  }
}
