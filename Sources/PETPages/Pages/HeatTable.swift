import PETBinding
import PETCore
import PETResults

/// Everybody in every region: how far each value is from those of the others, as a table whose cells are coloured.
///
/// It is its own text: a cell has its number, and a heading sorts by it.
struct HeatTable {
  /// Colours reach their ends at this z.
  private static let end = 3.0
  private static let steps = 13

  let study: StudyTable
  /// What is told of everybody, in words.
  let measure: String
  /// In the regions of the family.
  let scores: StudyScores

  /// Nil where nobody can be told from others.
  ///
  /// - Parameter measure: of the study; its words are `title`.
  init?(_ study: StudyTable, measure: String = StudyTable.logRatio, title: String = "log ratio") {
    let outside = StudyFamily.outside(study.regions)
    let family = study.regions.indices.filter { outside[study.regions[$0]] == nil }
    guard let scores = StudyScores(study, measure: measure, regions: family) else { return nil }
    (self.study, self.scores, self.measure) = (study, scores, title)
  }

  /// - Parameter link: where the name of a visit leads; nil for nowhere.
  func html(link: (StudyTable.Visit) -> String?) -> String {
    let hasSessions = study.visits.contains { $0.session != nil }
    let headings = ["participant"] + (hasSessions ? ["session"] : [])
    var html =
      "<table class=\"values heat\"><caption>z of \(HTML.escaped(measure)) among the persons of a session, in the regions of the family</caption>"
      + "<thead><tr>" + headings.map { "<th scope=\"col\">\(HTML.escaped($0))</th>" }.joined()
      + scores.regions.map { "<th scope=\"col\" class=\"turned\"><span>\(HTML.escaped(study.regions[$0]))</span></th>" }
      .joined()
      + "</tr></thead><tbody>\n"
    let order = study.visits.indices.sorted { a, b in
      let (one, other) = (study.visits[a], study.visits[b])
      if one.participant != other.participant { return NaturalOrder.precedes(one.participant, other.participant) }
      return NaturalOrder.precedes(one.session ?? "", other.session ?? "")
    }
    for place in order {
      let visit = study.visits[place]
      let name = HTML.escaped(visit.participant)
      let id = [visit.participant, visit.session].compactMap(\.self).joined(separator: "_")
      html +=
        "<tr id=\"\(HTML.identifier(id))\"><th scope=\"row\">\(link(visit).map { "<a href=\"\(HTML.escaped($0))\">\(name)</a>" } ?? name)</th>"
      if hasSessions { html += "<td>\(HTML.escaped(visit.session ?? "n/a"))</td>" }
      html += scores.values[place].map(Self.cell).joined() + "</tr>\n"
    }
    return html + "</tbody></table>"
  }

  private static func cell(_ score: Double) -> String {
    guard score.isFinite else { return "<td>n/a</td>" }
    let share = min(max((score + end) / (2 * end), 0), 1)
    let step = Int((share * Double(steps - 1)).rounded())
    return "<td class=\"z\(step)\">\(PageNumber.text(score, decimals: 1))</td>"
  }

  /// Colours of the steps: pale enough for black numbers.
  static var style: String {
    let colours = ColourScale(.diverging, low: -end, high: end).colours
    return (0..<steps).map { step in
      let away = 0.6 * (2 * Double(step) / Double(steps - 1) - 1)
      let colour = colours[Int((Double(colours.count - 1) * (0.5 + away / 2)).rounded())]
      return ".heat .z\(step){background:rgb(\(colour.red) \(colour.green) \(colour.blue));color:#000}"
    }.joined(separator: "\n") + "\n"
  }
}
