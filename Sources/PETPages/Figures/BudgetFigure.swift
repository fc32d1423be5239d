import Foundation
import PETBinding
import PETCore
import PETResults

/// What the error of every region's ratio is made of: a bar a region, of its noise and of what else was stated.
enum BudgetFigure {
  /// Noise, then the groups of effects, by what they are called and the class of the style sheet.
  private static let parts =
    [(RatioBudget.noise, "part-0")]
    + BudgetEffect.Group.allCases.enumerated().map { ($1.rawValue, "part-\($0 + 1)") }

  private static let (left, width, rowHeight, top) = (190.0, 330.0, 17.0, 40.0)

  /// Nil where no region has a budget.
  static func drawing(_ report: BalanceReport, title: String) -> Drawing? {
    let rows = report.file.rows.compactMap { row in
      report.budget[row.region].map { (region: row.region, ends: row.budget, parts: grouped($0)) }
    }
    guard !rows.isEmpty else { return nil }
    let height = top + Double(rows.count) * rowHeight + 34
    var drawing = Drawing(
      width: left + width + 190, height: height,
      label: "What the variance of the log ratio in \(title) is made of, region by region: " + words(report))
    drawing.inner = left + width + 10
    legend(&drawing, shown: Set(rows.flatMap { $0.parts.keys }))
    let bottom = top + Double(rows.count) * rowHeight
    for tick in stride(from: 0.0, through: 1, by: 0.25) {
      let x = left + tick * width
      drawing.line(x, top - 4, x, bottom, "grid")
      drawing.text(x, bottom + 15, "\(Int(100 * tick)) %", "tick", anchor: .middle)
    }
    for (place, row) in rows.enumerated() {
      let y = top + (Double(place) + 0.5) * rowHeight
      drawing.text(left - 8, y + 4, Forest.shortened(row.region, 28), "label", anchor: .end)
      let told = parts.compactMap { name, _ in row.parts[name].map { "\(name) \(percent($0))" } }
      drawing.group("bar", title: "\(row.region): " + told.joined(separator: ", ")) { drawing in
        var x = left
        for (name, style) in parts {
          let part = width * min(1, max(0, row.parts[name] ?? 0))
          if part > 0 { drawing.rectangle(x, y - 5.5, part, 11, style) }
          x += part
        }
      }
      drawing.text(left + width + 12, y + 4, end(row.ends), "label aside")
    }
    return drawing
  }

  private static func legend(_ drawing: inout Drawing, shown: Set<String>) {
    var x = left
    for (name, style) in parts where shown.contains(name) {
      drawing.rectangle(x, 8, 11, 11, style)
      drawing.text(x + 16, 18, name, "label")
      x += 28 + 6.5 * Double(name.count)
    }
    drawing.text(left + width + 12, 18, "budget of the ratio", "name aside")
  }

  private static func percent(_ share: Double) -> String { PageNumber.text(100 * share, decimals: 0) + " %" }

  private static func end(_ ends: BalanceFile.Ends) -> String {
    "\(PageNumber.text(ends.low)) to \(PageNumber.text(ends.high))"
  }

  /// Shares of noise and of each group of effects.
  static func grouped(_ own: BudgetText.Shares) -> [String: Double] {
    var sums: [String: Double] = [:]
    for (name, share) in own { sums[BudgetEffect.named(name)?.group.rawValue ?? name, default: 0] += share }
    return sums
  }

  /// What weighs most beside noise, over all regions; nil where nothing does.
  static func first(_ report: BalanceReport) -> (effect: BudgetEffect, share: Double)? {
    var sums: [String: Double] = [:]
    for own in report.budget.values { for (name, share) in own { sums[name, default: 0] += share } }
    let count = Double(report.budget.count)
    return BudgetEffect.all.compactMap { effect in sums[effect.key].map { (effect, $0 / count) } }
      .filter { $0.1 > 0.005 }.max { $0.1 < $1.1 }
  }

  /// The first to be mended in a sentence.
  static func words(_ report: BalanceReport) -> String {
    let noise = report.budget.values.reduce(0) { sum, own in
      sum + (own.first { $0.name == RatioBudget.noise }?.share ?? 0)
    }
    let mean = noise / Double(max(1, report.budget.count))
    guard let first = first(report) else { return "noise is nearly all of it" }
    return
      "\(percent(mean)) is noise in the mean over regions, and \(percent(first.share)) \(first.effect.key), the most of the others"
  }
}
