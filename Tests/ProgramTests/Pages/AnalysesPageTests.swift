import Foundation
import PETCore
import PETTestSupport
import Testing

/// What was asked of a study stands on its page when its tables lie in OUT/analyses.
@Suite(.serialized)
struct AnalysesPageTests {
  /// VT without and with a drug that holds 55 %, VND 2, a little off the line.
  private static let points = (1...8).map { i -> (base: Double, drug: Double) in
    let (above, odd) = (Double(i), i % 2 == 0 ? 0.02 : -0.02)
    return (2 + above, 2 + above * 0.45 + odd)
  }

  private static let made = Result {
    let folder = try TemporaryFolder()
    let (study, out) = (folder.file("study"), folder.file("out"))
    #expect(
      try Program.run([
        "simulate", study, "--participants", "10", "--size", "tiny", "--group-effect", "Left-Caudate=0.6", "--seed",
        "3",
      ]).status == 0)
    #expect(try Program.run(["run", study, out, "--pipeline", PlainPipeline.path, "--quiet"]).status == 0)
    func ask(_ arguments: [String], _ name: String) throws {
      let run = try Program.run(arguments + ["--out", "\(out)/analyses/\(name).tsv"])
      #expect(run.status == 0, "\(run.errors)")
    }
    let persons = ["study", out, "--persons", study + "/participants.tsv", "--permutations", "199"]
    try ask(persons + ["--groups", "group", "--levels", "control", "patient"], "groups")
    try ask(persons + ["--association", "age"], "age")
    try ask(["norms", out, "--persons", study + "/participants.tsv", "--reference", "group=control"], "norms")
    // Five persons stand for two sessions of others: names that are no BIDS names are taken in their order.
    var sides: [[String]] = [[], []]
    for person in 1...10 {
      let name = "sub-" + (person < 10 ? "0" : "") + "\(person)"
      let table = try TextFile.read("\(out)/\(name)/pet/\(name)_trc-RAC_model-SRTM_kinpar.tsv").text
      sides[person % 2].append(try folder.write("p\(person).tsv", table))
    }
    try ask(["reliability", "--measure", "BPND", "--test"] + sides[0] + ["--retest"] + sides[1], "repeat")
    let volumes = "region\tVT\tVT-se\tstatus\n"
    let base = points.enumerated().map { "r\($0)\t\($1.base)\t0.1\tconverged\n" }.joined()
    let drug = points.enumerated().map { "r\($0)\t\($1.drug)\t0.1\tconverged\n" }.joined()
    let before = try folder.write("before.tsv", volumes + base)
    let after = try folder.write("after.tsv", volumes + drug)
    try ask(["occupancy", "--baseline", before, "--blocked", after], "drug")
    // What is no table of ours is passed over.
    try AtomicFile.write("a\tb\n1\n", to: out + "/analyses/broken.tsv")
    try AtomicFile.write("a\tb\n1\t2\n", to: out + "/analyses/other.tsv")
    try AtomicFile.write("words", to: out + "/analyses/notes.txt")
    try AtomicFile.write(try TextFile.read(out + "/analyses/age.tsv").text, to: out + "/analyses/spoiled.tsv")
    try AtomicFile.write("{", to: out + "/analyses/spoiled.json")
    let run = try Program.run(["report", out])
    #expect(run.status == 0, "\(run.errors)")
    return (folder: folder, out: out)
  }

  private let out: String
  private let page: PageText

  init() throws {
    out = try Self.made.get().out
    page = try PageText(out + "/group.html")
  }

  @Test func eachHasItsTable() throws {
    let section = try page.section("analyses")
    let files = try PageText.matches("<caption>(analyses/[a-z]+\\.tsv)[^<]*</caption>", in: section).map { $0[1] }
    #expect(files == ["age", "drug", "groups", "norms", "repeat"].map { "analyses/\($0).tsv" })
    for (file, shown) in zip(files, try PageText.tables(section)) {
      try PageText.compare(shown, with: try TSVTable(path: "\(out)/\(file)"))
    }
    for name in ["broken", "other", "spoiled"] { #expect(section.contains("not shown: analyses/\(name).tsv: ")) }
    // What q is over, and whether regions differ.
    #expect(section.contains("of the family, from p-pooled") && section.contains("do not differ between regions is"))
    #expect(section.contains("Contrast: group: patient less control") && section.contains("Contrast: slope on age"))
    #expect(try Program.run(["verify", out]).status == 0)
  }

  private func figures(after file: String) throws -> [(name: String, svg: String)] {
    let section = try page.section("analyses")
    let start = try #require(section.range(of: "<span class=\"file\">\(file)</span>"))
    let end = section.range(of: "<caption>\(file)")?.lowerBound ?? section.endIndex
    return try PageText.matches(
      "<figure class=\"card\"><figcaption>(.*?)</figcaption>(<svg.*?</svg>)",
      in: String(section[start.upperBound..<end])
    ).map { ($0[1], $0[2]) }
  }

  private func marks(_ svg: String) throws -> [(x: Double, y: Double)] {
    try PageText.matches("<circle class=\"mark\" cx=\"([-0-9.]+)\" cy=\"([-0-9.]+)\"", in: svg).map {
      (try #require(Double($0[1])), try #require(Double($0[2])))
    }
  }

  /// Marks of a small figure lie where its axes say that values are, in any order.
  private func expect(_ values: [(x: Double, y: Double)], in svg: String, groups: Bool = false) throws {
    let ticks = try PageText.ticks(svg)
    let bottom = try #require(ticks.map(\.y).max())
    let left = try #require(ticks.map(\.x).min())
    let up = try PageText.Axis(
      ticks.filter { $0.x == left && $0.y != bottom }.map { ($0.y - 3.5, PageText.number($0.text) ?? .nan) })
    let marks = try marks(svg)
    #expect(marks.count == values.count)
    for (mark, value) in zip(marks.map(\.y).sorted(), values.map { up.place($0.y) }.sorted()) {
      #expect(abs(mark - value) < 0.2)
    }
    guard !groups else { return }
    let across = try PageText.Axis(ticks.filter { $0.y == bottom }.map { ($0.x, PageText.number($0.text) ?? .nan) })
    for (mark, value) in zip(marks.map(\.x).sorted(), values.map { across.place($0.x) }.sorted()) {
      #expect(abs(mark - value) < 0.2)
    }
  }

  /// Persons of a contrast: those of the joined table and of participants.tsv; the smallest q first.
  @Test func contrasts() throws {
    let all = try TSVTable(path: out + "/group_balance.tsv")
    let (region, log) = (try all.required("region"), try all.required("log-ratio"))
    let persons = try TSVTable(path: out + "/../study/participants.tsv")
    let age = try persons.required("age")
    func values(_ name: String) throws -> [(x: Double, y: Double)] {
      try all.rows.filter { $0[region] == name }.map { row in
        let person = try #require(persons.rows.first { $0[0] == row[0] })
        return (try #require(Double(person[age])), try #require(Double(row[log])))
      }
    }
    for name in ["Left-Caudate", "Raphe"] {
      let ages = try #require(figures(after: "analyses/age.tsv").first { $0.name == name })
      try expect(try values(name), in: ages.svg)
      let groups = try #require(figures(after: "analyses/groups.tsv").first { $0.name == name })
      try expect(try values(name), in: groups.svg, groups: true)
      #expect(groups.svg.contains(">control</text>") && groups.svg.contains(">patient</text>"))
    }
    let table = try TSVTable(path: out + "/analyses/groups.tsv")
    let q = try table.required("q")
    let order = try figures(after: "analyses/groups.tsv").map { figure in
      table.rows.first { $0[0] == figure.name }.flatMap { Double($0[q]) } ?? 2
    }
    // The reference has no value, and no figure.
    #expect(order == order.sorted() && order.count == 26)
  }

  /// Lassen's plot: points of the two tables, and the ordinary line cuts the axis at VND.
  @Test func lassen() throws {
    let figure = try #require(figures(after: "analyses/drug.tsv").first)
    let points = Self.points.map { (x: $0.base, y: $0.base - $0.drug) }
    try expect(points, in: figure.svg)
    let table = try TSVTable(path: out + "/analyses/drug.tsv")
    let line = try #require(table.rows.first { $0.contains("ordinary") })
    let vnd = try #require(Double(line[try table.required("VND")]))
    let slope = try #require(Double(line[try table.required("occupancy")]))
    #expect(abs(vnd - 2) < 0.1 && abs(slope - 0.55) < 0.02)
    let ends = try #require(
      try PageText.matches("class=\"fit\" d=\"M([-0-9.]+) ([-0-9.]+)L([-0-9.]+) ([-0-9.]+)\"", in: figure.svg).first
    )
    .dropFirst().compactMap { Double($0) }
    let ticks = try PageText.ticks(figure.svg)
    let bottom = try #require(ticks.map(\.y).max())
    let across = try PageText.Axis(ticks.filter { $0.y == bottom }.map { ($0.x, PageText.number($0.text) ?? .nan) })
    // y = 0 is where the frame ends below.
    #expect(abs(ends[0] - across.place(vnd)) < 0.3 || abs(ends[2] - across.place(vnd)) < 0.3)
  }

  /// Bland and Altman: means of two against their difference.
  @Test func agreement() throws {
    let figures = try figures(after: "analyses/repeat.tsv")
    let figure = try #require(figures.first { $0.name == "Left-Putamen, BPND" })
    let sidecar = try JSONValue.readObject(path: out + "/analyses/repeat.json")
    let own = try #require(sidecar["Values"]?.list?.first { $0["Region"] == "Left-Putamen" })
    let test = try #require(own["Test"]?.list.map { $0.compactMap(\.double) })
    let retest = try #require(own["Retest"]?.list.map { $0.compactMap(\.double) })
    #expect(test.count == 5)
    try expect(zip(test, retest).map { (($0 + $1) / 2, $1 - $0) }, in: figure.svg)
    #expect(try PageText.matches("class=\"other\"", in: figure.svg).count == 2)
  }

  @Test func looksRight() throws {
    guard Browser.path != nil else { return }
    for width in [1280, 400] {
      let page = try Browser.shared().open(file: out + "/group.html", width: width, height: 900)
      let layout = try page.layoutProblems()
      #expect(layout == [], "\(width) \(layout.prefix(20))")
      #expect(try page.problems == [] && page.requests == [])
    }
    if Accessibility.isAvailable {
      #expect(
        try Accessibility.violations(Browser.shared().open(file: out + "/group.html", width: 1280, height: 900)) == [])
    }
    if HTMLValidator.isAvailable { #expect(try HTMLValidator.messages(for: [out + "/group.html"]) == []) }
  }

  /// Everybody is sorted by numbers, not by their letters; words leave only the rows that hold them, and none leave all.
  @Test(.enabled(if: Browser.path != nil, "chromium is not installed"))
  func everybodyIsSortedAndFound() throws {
    let page = try Browser.shared().open(file: out + "/group.html", width: 1280, height: 900)
    try page.click("#everybody thead th:nth-child(2) button")
    let cells = "[...document.querySelectorAll('#everybody tbody tr')].map(r => r.cells[1].textContent)"
    let shown = try #require(try page.evaluate(cells).list?.compactMap(\.string))
    let numbers = shown.compactMap { Double($0.replacing("\u{2212}", with: "-")) }
    #expect(numbers.count == 10 && numbers == numbers.sorted() && numbers[0] < 0)
    let filter = """
      (words => { const box = document.querySelector('#regions .filter input'); box.value = words;
      box.dispatchEvent(new Event('input'));
      return [...document.querySelectorAll('#regions tbody tr')].filter(r => !r.hidden).map(r => r.textContent); })
      """
    let all = try #require(try page.evaluate(filter + "('')").list?.count)
    let some = try page.evaluate(filter + "('LEFT putamen')").list?.compactMap(\.string)
    #expect(some?.count == 1 && some?.first?.contains("Left-Putamen") == true && all > 20, "\(some ?? [])")
    let told = try page.evaluate("document.querySelector('#regions .filter output').textContent").string
    #expect(told == "1 of \(all)")
    #expect(try page.evaluate(filter + "('nowhere')").list?.isEmpty == true)
    #expect(try page.problems == [])
  }

  /// Persons are grouped by a column of participants.tsv and marked by words, in figures and tables; a mark says whose it is and
  /// leads to the person.
  @Test(.enabled(if: Browser.path != nil, "chromium is not installed"))
  func everybodyIsGroupedAndMarked() throws {
    let page = try Browser.shared().open(file: out + "/group.html", width: 1280, height: 900)
    let persons = try TSVTable(path: out + "/group_participants.tsv")
    let group = try persons.required("group")
    let given = try TSVTable(path: out + "/../study/participants.tsv")
    #expect(persons.columns == given.columns && persons.rows == given.rows)
    let choose = """
      (title => { const box = document.querySelector('.toolbox select');
      box.value = [...box.options].find(o => o.textContent === title).value;
      box.dispatchEvent(new Event('change')); return document.querySelector('.toolbox output').textContent.trim(); })
      """
    #expect(try page.evaluate(choose + "('group')") == "control, 5 patient, 5")
    let names = "[...document.querySelectorAll('#everybody tbody tr')].map(r => r.cells[0].textContent.trim())"
    let wanted = ["control", "patient"].flatMap { level in
      persons.rows.filter { $0[group] == level }.map { "\($0[0]) \(level)" }
    }
    #expect(try page.evaluate(names).list?.compactMap(\.string) == wanted)
    // Every region has a mark of everybody, one colour a group.
    let marks =
      "(style => document.querySelector('#regions svg .over.' + style).getAttribute('d').split('M').length - 1)"
    let regions = try #require(try page.evaluate("document.querySelectorAll('#regions svg .person').length").double)
    #expect(try page.evaluate(marks + "('level0')").double == 5 * regions && regions > 20)
    #expect(try page.evaluate(marks + "('level1')").double == 5 * regions)
    let mark = """
      (words => { const box = document.querySelector('.toolbox input'); box.value = words;
      box.dispatchEvent(new Event('input'));
      return [...document.querySelectorAll('#everybody tr.found')].map(r => r.cells[0].firstChild.textContent); })
      """
    #expect(try page.evaluate(mark + "('sub-03')").list?.compactMap(\.string) == ["sub-03"])
    #expect(try page.evaluate(marks + "('found')").double == regions)
    #expect(try page.evaluate(mark + "('patient')").list?.count == 5)
    #expect(try page.evaluate(mark + "('')").list?.isEmpty == true)
    // Under the pointer: the first mark of the first region with some.
    let point = """
      (() => { const svg = document.querySelector('#regions svg'); svg.scrollIntoView({block: 'center'});
      const path = svg.querySelector('.person'), at = path.getAttribute('d').match(/M(\\S+) (\\S+?)h/);
      const p = new DOMPoint(at[1], at[2]).matrixTransform(svg.getScreenCTM());
      svg.dispatchEvent(new PointerEvent('pointermove', {clientX: p.x, clientY: p.y, bubbles: true}));
      const tip = document.querySelector('.tip'); return tip.hidden ? '' : tip.textContent; })()
      """
    #expect(try page.evaluate(point) == "sub-01, group control")
    #expect(try page.evaluate(choose + "('nothing')") == "")
    #expect(try page.evaluate("document.querySelectorAll('.over, span.level').length") == 0)
    let layout = try page.layoutProblems()
    #expect(try layout == [] && page.problems == [], "\(layout)")
  }

  private func verified() throws -> String {
    let run = try Program.run(["verify", out])
    return run.output + run.errors
  }

  /// Pages that say of the study what it is no more are told: of an analysis that was taken away.
  @Test func theStudyAroundIsAnotherNow() throws {
    let words = "what 10 pages say of the study around them is another now"
    #expect(try !verified().contains(words))
    let (table, away) = (out + "/analyses/norms.tsv", out + "/../norms.tsv")
    try FileManager.default.moveItem(atPath: table, toPath: away)
    defer { try? FileManager.default.moveItem(atPath: away, toPath: table) }
    #expect(try verified().contains(words))
  }

  /// What is kept of persons is held against the study's table.
  @Test func personsThatAreAnotherNow() throws {
    let table = out + "/../study/participants.tsv"
    let text = try TextFile.read(table).text
    defer { try? AtomicFile.write(text, to: table) }
    #expect(try !verified().contains("group_participants.tsv"))
    try AtomicFile.write(text.replacing("patient", with: "case"), to: table)
    #expect(try verified().contains("group_participants.tsv: rows: it is not what participants.tsv says now"))
  }

  /// A person's page has the person's own rows of norms, and so has its JSON.
  @Test func personsHaveTheirOwn() throws {
    let person = try PageText(out + "/sub-02/sub-02.html")
    let table = try TSVTable(path: out + "/analyses/norms.tsv")
    let own = table.rows.filter { $0[0] == "sub-02" }
    let shown = try #require(try PageText.tables(person.section("analyses")).first)
    #expect(own.count > 20 && shown.count == own.count)
    let page = try person.section("analyses")
    #expect(page.contains("Deviations from the norm") && !page.contains("sub-03"))
    let twin = try JSONValue.readObject(path: out + "/sub-02/sub-02_report.json")
    #expect(twin["Analyses"]?.list?.first?["Rows"]?.list?.count == own.count)
  }

  /// Figures alone are files that others open: well-formed, one for each of the pages' figures, named by what they show.
  @Test func figuresAlone() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(["report", out, "--figures", "svg", "--out", folder.file("figures")])
    #expect(run.status == 0, "\(run.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("figures"))
    #expect(names.count > 10 * 58 && names.allSatisfy { $0.hasSuffix(".svg") })
    for name in ["sub-01_balance.svg", "group_study.svg", "sub-01_sub-01-trc-RAC-curve-Left-Caudate.svg"] {
      #expect(names.contains(name), "\(name)")
    }
    guard Browser.path != nil else { return }
    let page = try Browser.shared().open(file: folder.file("figures/sub-01_balance.svg"), width: 800, height: 600)
    #expect(try page.problems == [] && page.requests == [])
  }

  @Test(.enabled(if: Program.find("python3") != nil, "python3 is not installed"))
  func figuresAreXML() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run(["report", out, "--figures", "svg", "--out", folder.file("figures")]).status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("figures")).sorted()
    let files = names.map { folder.file("figures/\($0)") }
    let python = try #require(Program.find("python3"))
    let run = try Program.run(
      python,
      ["-c", "import sys, xml.dom.minidom as m; [m.parse(f) for f in sys.argv[1:]]; print(len(sys.argv) - 1)"] + files)
    #expect(run.status == 0 && run.output.trimmed == "\(names.count)", "\(run.errors.suffix(300))")
  }
}
