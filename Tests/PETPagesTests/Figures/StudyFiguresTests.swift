import Foundation
import PETBinding
import PETCore
import PETTestSupport
import PETTracers
import Testing

@testable import PETPages
@testable import PETResults

/// Figures of a study (`StudyFigures`) and of what was asked of it (`AnalysisFigures`).
struct StudyFiguresTests {
  private static func number(_ attributes: [String: String], _ name: String) -> Double {
    attributes[name].flatMap(Double.init) ?? .nan
  }

  private static let study = StudyTable(
    systems: BalanceSystems(), pair: "x",
    visits: [
      .init(participant: "sub-1", session: "ses-a"), .init(participant: "sub-2", session: nil),
      .init(participant: "sub-3", session: nil),
    ], regions: ["Pons"], persons: [],
    values: [
      "dopamine": [[2], [4], [.nan]], "serotonin": [[1], [3], [5]], StudyTable.logRatio: [[0.7], [.nan], [0.1]],
    ])

  @Test func everybodyInARegion() {
    var row = SummaryRow()
    (row.region, row.logRatio.mean, row.ratio) = ("pons", log(2), (2, 1, 4))
    let picture = XMLReader(StripFigure(Self.study, summary: [row, SummaryRow()], title: "t").drawing().svg)
    #expect(picture.words("text", class: "label aside").contains("2 of 3"))
    #expect(picture.words("title") == ["Pons: geometric mean 2"])
    #expect(picture.all("path", class: "dots person").first?["d"]?.split(separator: "M").count == 2)
  }

  @Test func theTwoSystemsInARegion() {
    let picture = XMLReader(CouplingFigure.drawing(Self.study, region: 0).svg)
    #expect(picture.attributes[0]["aria-label"] == "Pons: dopamine against serotonin of 2 visits")
    #expect(picture.words("title") == ["sub-1 ses-a: 1, 2", "sub-2: 3, 4"])
  }

  /// Lines end at the frame: of y = 2x in a frame of 10 by 10 half of the width is left.
  @Test func linesStayWithinTheFrame() throws {
    let points: [PointsFigure.Point] = [(0, 0, "a"), (10, 10, "b")]
    func line(_ slope: Double, _ intercept: Double) -> [Double]? {
      let drawing = PointsFigure.drawing(
        points, x: "x", y: "y", label: "l", lines: [(slope: slope, intercept: intercept, style: "own")], zero: true)
      return XMLReader(drawing.svg).all("path", class: "own").first?["d"]?
        .split(whereSeparator: { "ML ".contains($0) }).compactMap { Double($0) }
    }
    // Height 10 to 186, right end 250; tenths are rounded.
    let steep = try #require(line(2, 0))
    #expect(abs(steep[1] - 186) < 0.06 && abs(steep[3] - 10) < 0.06)
    #expect(abs(steep[2] - (steep[0] + 250) / 2) < 0.11)
    let falling = try #require(line(-1, 15))
    #expect(abs(falling[1] - 10) < 0.06 && abs(falling[0] - (steep[0] + 250) / 2) < 0.11)
    #expect(abs(falling[2] - 250) < 0.06 && abs(falling[3] - 98) < 0.06)
    let level = try #require(line(0, 5))
    #expect(level[1] == level[3] && abs(level[1] - 98) < 0.06 && line(0, 20) == nil && line(1, 50) == nil)
    #expect(line(.nan, 1) == nil)
  }

  @Test func pointsOfManyAndOfNobody() {
    let none = PointsFigure.drawing([], x: "x", y: "y", label: "l", groups: ("a", "b"))
    #expect(XMLReader(none.svg).words("text").contains("no values"))
    let many = XMLReader(PointsFigure.drawing((0..<61).map { (Double($0), 1, "p") }, x: "x", y: "y", label: "l").svg)
    #expect(many.all("circle").isEmpty && many.all("path", class: "dots person").count == 1)
  }

  /// Two groups of a hundred: each has a box from quartile to quartile with the mean, and its points stand apart beside each other.
  @Test func groupsOfManyDoNotMerge() throws {
    let points = (0..<200).map { (i: Int) -> PointsFigure.Point in (Double(i / 100), Double(i % 100), "sub-\(i)") }
    let places = VisitPlaces((0..<200).map { .init(participant: "sub-\($0)", session: nil) })
    let figure = PointsFigure.drawing(points, x: "", y: "y", label: "l", groups: ("a", "b"), places: places)
    let picture = XMLReader(figure.svg)
    let boxes = picture.all("rect", class: "norm")
    // The axis runs from 186 to 10 for 0 to 100; quartiles 24.75 and 74.25, mean 49.5.
    #expect(boxes.map { Self.number($0, "y") } == [55.3, 55.3] && Self.number(boxes[0], "height") == 87.1, "\(boxes)")
    #expect(picture.all("path", class: "interval").allSatisfy { $0["d"]?.contains(" 98.9L") == true })
    let marks = try #require(picture.all("path", class: "dots person many").first)
    #expect(marks["data-of"] == "")
    let xs = try #require(marks["d"]).split(separator: "M").compactMap {
      $0.split(separator: " ").first.flatMap { Double($0) }
    }
    let own = Array(xs.prefix(100)).sorted()
    #expect(xs.count == 200 && own[99] - own[0] > 50 && zip(own, own.dropFirst()).allSatisfy { $1 - $0 < 1.3 })
    // As wide as the box at most.
    #expect(
      own[0] > Self.number(boxes[0], "x") && own[99] < Self.number(boxes[0], "x") + Self.number(boxes[0], "width"))
  }

  @Test func whoseAMarkIs() {
    let places = VisitPlaces(Self.study.visits)
    #expect(places.of(["sub-2", "sub-1 ses-a", "sub-1"]) == [1, 0, 0] && places.of(["sub-1", "sub-9"]) == nil)
    let strip = XMLReader(StripFigure(Self.study, summary: [], title: "t").drawing(places).svg)
    #expect(strip.all("path", class: "dots person").first?["data-of"] == "0 2")
  }

  private static func analysis(_ text: String, _ json: JSONValue?) throws -> AnalysisReport {
    let folder = try TemporaryFolder()
    let table = try #require(try AnalysisTable(path: try folder.write("a.tsv", text)))
    return AnalysisReport(file: "analyses/a.tsv", table: table, sidecar: json)
  }

  /// A point of Lassen's plot is VT before against the difference; its line crosses 0 at VND.
  @Test func lassenPlots() throws {
    let own = try Self.analysis(
      "participant_id\tmethod\tn\toccupancy\tVND\nsub-1\tordinary\t2\t0.5\t2\nsub-1\torthogonal\t2\tn/a\t2\n"
        + "group\tordinary\t1\t0.5\t2\n",
      ["Points": ["sub-1": ["A": [4, 3], "B": [10, 6], "C": [.null, 1], "D": [1]]]])
    let figures = AnalysisFigures.small(own)
    #expect(figures.map(\.title) == ["sub-1"] && AnalysisFigures.whole(own) == nil)
    let picture = XMLReader(figures[0].drawing.svg)
    #expect(picture.words("title") == ["A: 4, 1", "B: 10, 4"])
    #expect(picture.attributes[0]["aria-label"] == "Lassen plot of sub-1: 2 regions, 1 lines")
    #expect(picture.all("path", class: "fit").count == 1)
  }

  /// Bland and Altman: mean of both against their difference, of those who have both.
  @Test func repeats() throws {
    let own = try Self.analysis(
      "measure\tregion\tn\tdifference\tagreement-low\tagreement-high\ticc-a-1\twithin-sd\nBPND\tPons\t2\t0.5\t-1\t2\t0.9\t0.1\n",
      [
        "Values": [
          ["Region": "Pons", "Measure": "BPND", "Test": [1, 2, .null], "Retest": [2, 2, 5]],
          ["Region": "A", "Measure": "BPND", "Test": [1], "Retest": [2]],
        ], "Scans": [["Participant": "sub-1"]],
      ])
    let figures = AnalysisFigures.small(own)
    #expect(figures.map(\.title) == ["Pons, BPND"])
    let picture = XMLReader(figures[0].drawing.svg)
    #expect(picture.words("title") == ["sub-1: 1.5, 1", "pair 2: 2, 0"])
    #expect(picture.all("path", class: "other").count == 2 && picture.all("path", class: "interval").count == 1)
  }

  /// Of a multiverse the log ratio alone, from least to most.
  @Test func universes() throws {
    let own = try Self.analysis(
      "region\tmeasure\tuniverses\ttold\tvisits\tmedian\tleast\tmost\tmost-moving\nPons\tdopamine\t4\t4\t1\t3\t1\t5\tn/a\n"
        + "Pons\tlog-ratio\t4\t4\t1\t0.5\t0.2\t0.8\tmodel\nA\tlog-ratio\t4\t0\t0\tn/a\tn/a\tn/a\tn/a\n", nil)
    let picture = XMLReader(try #require(AnalysisFigures.whole(own)).svg)
    #expect(picture.words("title") == ["Pons 0.2 to 0.8, model", "A n/a no universe has a value"])
    #expect(picture.all("circle").count == 1 && AnalysisFigures.small(own).isEmpty)
  }

  /// Of a question to a multiverse the pooled effects, with how many universes find them.
  @Test func pooledEffects() throws {
    let own = try Self.analysis(
      "region\tuniverses\ttold\tpooled-effect\tpooled-low\tpooled-high\tpooled-q\tp-any\tp-every\tshare-found\n"
        + "Pons\t4\t4\t0.5\t0.2\t0.8\t0.01\t0.02\t0.3\t0.75\nA\t4\t0\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\n", nil)
    #expect(own.table.kind == "multiverse-contrast")
    let picture = XMLReader(try #require(AnalysisFigures.whole(own)).svg)
    #expect(
      picture.words("title") == ["Pons 0.5 · q 0.01, 75 % find it", "A n/a no effect: see the note"])
    #expect(picture.all("circle").count == 1)
  }

  /// What has no JSON beside it has no persons to show, and that is no fault.
  @Test(arguments: [
    "participant_id\tmethod\tn\toccupancy\tVND\nsub-1\tordinary\t2\t0.5\t2\n",
    "region\tmeasure\tuniverses\tleast\tmost\nPons\tdopamine\t4\t1\t5\n",
  ])
  func withoutTheJSON(text: String) throws {
    let own = try Self.analysis(text, nil)
    #expect(AnalysisFigures.whole(own) == nil && AnalysisFigures.small(own).isEmpty)
  }
}
