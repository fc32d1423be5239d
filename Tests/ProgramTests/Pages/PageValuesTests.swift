import Foundation
import PETCore
import PETTestSupport
import Testing

/// Every number of a page is that of a table: read from the page's text and from the table's, apart from what made both.
struct PageValuesTests {
  /// One run of the sample study with maps.
  static let out: Result<(folder: TemporaryFolder, path: String), any Error> = Result {
    let folder = try TemporaryFolder()
    let out = folder.file("out")
    let run = try Program.run(["run", Program.sampleData, out, "--pipeline", "raclopride-dasb-maps", "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    return (folder, out)
  }

  private let out: String
  private let page: PageText

  init() throws {
    out = try Self.out.get().path
    page = try PageText(out + "/sub-01/sub-01.html")
  }

  private func table(_ name: String) throws -> TSVTable { try TSVTable(path: "\(out)/sub-01/\(name)") }

  @Test func tables() throws {
    let balance = try PageText.tables(try page.section("balance"))
    #expect(balance.count == 1)
    try PageText.compare(balance[0], with: try table("sub-01_desc-raclopridedasb_balance.tsv"))
    #expect(balance[0].joined().reduce(0) { $0 + $1.numbers.count } > 26 * 13)
    let binding = try PageText.tables(try page.section("binding"))
    #expect(binding.count == 2)
    try PageText.compare(binding[0], with: try table("pet/sub-01_trc-RAC_model-SRTM_kinpar.tsv"))
    try PageText.compare(binding[1], with: try table("pet/sub-01_trc-DASB_model-MRTM2_kinpar.tsv"))
    let maps = try PageText.tables(try page.section("agreement"))
    try PageText.compare(maps[1], with: try table("pet/sub-01_trc-DASB_model-MRTM2_mapregions.tsv"))
  }

  /// Marks of the forest plot lie where the axis says the table's log ratios are, and its words are the table's ratios.
  @Test func forest() throws {
    let svg = try #require(try PageText.matches("<svg.*?</svg>", in: try page.section("balance")).first?[0])
    let ticks = try PageText.ticks(svg)
    let bottom = try #require(ticks.map(\.y).max())
    let axis = try PageText.Axis(
      ticks.filter { $0.y == bottom }.map { ($0.x, PageText.number($0.text) ?? .nan) })
    let marks = try PageText.matches("<circle class=\"mark\" cx=\"([-0-9.]+)\"", in: svg).compactMap { Double($0[1]) }
    let table = try table("sub-01_desc-raclopridedasb_balance.tsv")
    let (value, low, high) = (
      try table.required("log-ratio"), try table.required("ratio-low"), try table.required("ratio-high")
    )
    let (ratio, log) = (try table.required("ratio"), value)
    let told = table.rows.compactMap { Double($0[log]) }
    #expect(marks.count == told.count && told.count == 26)
    // Left, right and both of a structure stand together on the page: places as a set. Tenths of a unit are written.
    for (mark, expected) in zip(marks.sorted(), told.map(axis.place).sorted()) { #expect(abs(mark - expected) < 0.11) }
    for row in table.rows where row[ratio] != "n/a" {
      let parts = try [ratio, low, high].map { column in try #require(Double(row[column])) }
      let texts = try PageText.matches("<text class=\"label aside\"[^>]*>([^<]*·[^<]*)</text>", in: svg).map { text in
        text[1].split(whereSeparator: { " ·to".contains($0) }).compactMap { PageText.number(String($0)) }
      }
      // Two digits of a quarter of the set's width, which is at least a half of one of them.
      let width = (parts[2] - parts[1]) / 4
      #expect(
        texts.contains { $0.count == 3 && zip($0, parts).allSatisfy { abs($0 - $1) <= 0.0501 * width } },
        "\(row[0]) \(parts)")
    }
  }

  /// Points and line of every curve lie where the axes say the tables' activities are.
  @Test(arguments: [("RAC", "SRTM", 0), ("DASB", "MRTM2", 1)])
  func curves(tracer: String, model: String, place: Int) throws {
    let cards = try PageText.matches(
      "<figure class=\"card\" data-scan=\"\(place)\"[^>]*><figcaption>(.*?) <span>.*?</figcaption>(<svg.*?</svg>)",
      in: try page.section("curves"))
    let curves = try table("pet/sub-01_trc-\(tracer)_seg-auto_tacs.tsv")
    let fitted = try table("pet/sub-01_trc-\(tracer)_model-\(model)_fitted.tsv")
    #expect(Set(cards.map { $0[1] }) == Set(curves.columns.dropFirst(2)) && cards.count == curves.columns.count - 2)
    // Sides stand beside what they are sides of, and the reference is last.
    let caudate = try #require(cards.firstIndex { $0[1] == "Left-Caudate" })
    #expect(cards[caudate..<caudate + 3].map { $0[1] } == ["Left-Caudate", "Right-Caudate", "Caudate"])
    #expect(cards.last?[1] == "Cerebellum")
    for card in cards {
      let svg = card[2]
      let ticks = try PageText.ticks(svg)
      let across = try PageText.Axis(ticks.filter { $0.y == 140 }.map { ($0.x, PageText.number($0.text) ?? .nan) })
      // The axis of activity ends above that of time; a label stands 3.5 below its tick.
      let up = try PageText.Axis(
        ticks.filter { $0.x == 65 && $0.y < 135 }.map { ($0.y - 3.5, PageText.number($0.text) ?? .nan) })
      let column = try curves.required(card[1])
      let expected = curves.rows.map { row in
        (
          x: across.place((Double(row[0])! + Double(row[1])!) / 120), y: up.place(Double(row[column]) ?? .nan)
        )
      }
      let points = try PageText.matches("<path class=\"dots point\" d=\"([^\"]*)\"", in: svg).flatMap { path in
        try PageText.matches("M([-0-9.]+) ([-0-9.]+)h0", in: path[1]).map { (x: Double($0[1])!, y: Double($0[2])!) }
      }
      #expect(points.count == expected.count)
      for (point, wanted) in zip(points, expected) {
        // Tenths are written, of the ticks as well.
        #expect(abs(point.x - wanted.x) < 0.25 && abs(point.y - wanted.y) < 0.25, "\(card[1])")
      }
      let own = try fitted.required(card[1])
      let line = try PageText.matches("<path class=\"fit\" d=\"([^\"]*)\"", in: svg).flatMap { path in
        try PageText.matches("[ML]([-0-9.]+) ([-0-9.]+)", in: path[1]).map { Double($0[2])! }
      }
      let model = fitted.rows.compactMap { Double($0[own]) }.map(up.place)
      #expect(line.count == model.count && zip(line, model).allSatisfy { abs($0 - $1) < 0.25 }, "\(card[1])")
      #expect(card[1] == "Cerebellum" ? line.isEmpty : line.count == 31)
    }
  }

  /// The JSON beside the page has the tables' numbers in full.
  @Test func twin() throws {
    let twin = try JSONValue.readObject(path: out + "/sub-01/sub-01_report.json")
    func compare(_ rows: JSONValue?, _ table: TSVTable) throws {
      let rows = try #require(rows?.list)
      #expect(rows.count == table.rows.count)
      for (row, cells) in zip(rows, table.rows) {
        for (column, cell) in zip(table.columns, cells) {
          let value = try #require(row[column])
          let text = cell == "n/a" ? JSONValue.null : Double(cell).map(JSONValue.number) ?? .string(cell)
          #expect(value == text, "\(column): \(value.text) is not \(cell)")
        }
      }
    }
    try compare(twin["Balance"]?["Rows"], try table("sub-01_desc-raclopridedasb_balance.tsv"))
    let scan = try #require(twin["Scans"]?.list?.first)
    try compare(scan["Estimates"], try table("pet/sub-01_trc-RAC_model-SRTM_kinpar.tsv"))
    let curves = try table("pet/sub-01_trc-RAC_seg-auto_tacs.tsv")
    for (place, name) in curves.columns.enumerated().dropFirst(2) {
      #expect(scan["Curves"]?[name]?.list?.compactMap(\.double) == curves.rows.compactMap { Double($0[place]) })
    }
    // What is fitted agrees with the sum of squares that the table has, weights and all.
    let estimates = try table("pet/sub-01_trc-RAC_model-SRTM_kinpar.tsv")
    let weights = try #require(scan["FrameWeights"]?.list.map { $0.compactMap(\.double) })
    let rss = try estimates.required("rss")
    for row in estimates.rows where row[rss] != "n/a" {
      let model = try #require(scan["Fitted"]?[row[0]]?.list.map { $0.compactMap(\.double) })
      let data = try #require(scan["Curves"]?[row[0]]?.list.map { $0.compactMap(\.double) })
      let sum = weights.indices.reduce(0) { $0 + weights[$1] * (data[$1] - model[$1]) * (data[$1] - model[$1]) }
      let expected = try #require(Double(row[rss]))
      #expect(abs(sum - expected) < 1e-9 * expected, "\(row[0])")
    }
  }

  /// The first ratios are those of the table, in the order that is usual, with their sets.
  @Test func theAnswerComesFirst() throws {
    let table = try table("sub-01_desc-raclopridedasb_balance.tsv")
    let (region, ratio) = (try table.required("region"), try table.required("ratio"))
    let shown = try PageText.matches(
      "<div><dt>([^<]*)</dt><dd><data value=\"([^\"]*)\">[^<]*</data> <span>([^<]*)</span>", in: page.html)
    #expect(shown.map { $0[1] } == ["Striatum", "Putamen", "Thalamus", "Midbrain"])
    for own in shown {
      let row = try #require(table.rows.first { $0[region] == own[1] })
      #expect(own[2] == row[ratio] && own[3].contains(" to "), "\(own)")
    }
  }

  /// The study's page: its tables are the joined ones, its means and points the table's.
  @Test func study() throws {
    let page = try PageText(out + "/group.html")
    let regions = try PageText.tables(try page.section("regions"))
    let summary = try TSVTable(path: out + "/group_summary.tsv")
    try PageText.compare(regions[0], with: summary)
    let persons = try PageText.tables(try page.section("persons"))
    #expect(persons[0].map { $0[0].shown } == ["sub-01", "sub-02"])
    #expect(persons[0].map { [$0[3].shown, $0[4].shown] } == [["26", "26"], ["26", "26"]])
    #expect(persons[0].allSatisfy { $0[5].shown == "0" }, "the reference region is no flag")
    #expect(!page.html.contains("id=\"look\""))
    for link in try PageText.matches("href=\"(sub-[^\"]*)\"", in: page.html) {
      #expect(FileManager.default.fileExists(atPath: "\(out)/\(link[1])"))
    }
    let twin = try JSONValue.readObject(path: out + "/group_report.json")
    let all = try TSVTable(path: out + "/group_balance.tsv")
    let (region, log) = (try all.required("region"), try all.required("log-ratio"))
    for name in ["Left-Caudate", "Raphe"] {
      let expected = all.rows.filter { $0[region] == name }.compactMap { Double($0[log]) }
      #expect(twin["LogRatios"]?[name]?.list?.compactMap(\.double) == expected && expected.count == 2)
    }
  }

  /// A person with maps and 27 regions.
  @Test func pagesAreSmall() throws {
    for name in ["sub-01", "sub-02"] {
      let size = try Data(contentsOf: URL(fileURLWithPath: "\(out)/\(name)/\(name).html")).count
      #expect(size < 700_000, "\(name) has \(size) bytes")
    }
  }

  @Test func theSameBytesAgain() throws {
    let folder = try TemporaryFolder()
    let again = folder.file("again")
    let run = try Program.run(
      ["run", Program.sampleData, again, "--pipeline", "raclopride-dasb-maps", "--quiet", "--jobs", "1"])
    #expect(run.status == 0)
    for name in ["sub-01/sub-01.html", "sub-02/sub-02_report.json", "group.html", "group_report.json"] {
      let (a, b) = (
        FileManager.default.contents(atPath: "\(out)/\(name)"), FileManager.default.contents(atPath: "\(again)/\(name)")
      )
      #expect(a != nil && a == b, "\(name)")
    }
    // Made again of what is there: the same too.
    #expect(try Program.run(["report", again, "--force"]).status == 0)
    #expect(
      FileManager.default.contents(atPath: "\(out)/sub-01/sub-01.html")
        == FileManager.default.contents(atPath: "\(again)/sub-01/sub-01.html"))
    #expect(try Program.run(["verify", again]).status == 0)
  }
}
