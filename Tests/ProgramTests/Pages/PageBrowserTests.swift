import Foundation
import PETCore
import PETTestSupport
import Testing

/// Pages of the sample study in a real browser.
@Suite(.serialized, .enabled(if: Browser.path != nil, "chromium is not installed"))
struct PageBrowserTests {
  static let pages = ["sub-01/sub-01.html", "group.html"]
  private let out: String
  private let browser: Browser

  init() throws {
    out = try PageValuesTests.out.get().path
    browser = try Browser.shared()
  }

  private func open(_ name: String, width: Int = 1280, dark: Bool = false, script: Bool = true) throws -> Page {
    try browser.open(file: "\(out)/\(name)", width: width, height: 900, dark: dark, script: script)
  }

  /// Nothing goes wrong, nothing is asked for elsewhere, nothing overlaps or is cut, wide and narrow, light and dark.
  @Test(arguments: pages, [1280, 800, 400])
  func looksRight(name: String, width: Int) throws {
    for dark in [false, true] {
      let page = try open(name, width: width, dark: dark)
      #expect(try page.problems == [] && page.requests == [])
      let layout = try page.layoutProblems()
      #expect(layout == [], "\(layout)")
    }
  }

  @Test(arguments: pages) func isReadableWithoutScript(name: String) throws {
    let page = try open(name, script: false)
    #expect(try page.layoutProblems() == [])
    #expect(try page.evaluate("document.querySelectorAll('button, input').length") == 0)
    #expect(try page.evaluate("[...document.images].every(i => i.clientHeight > 100)") == true)
  }

  @Test(.enabled(if: Accessibility.isAvailable, "axe-core is not there"), arguments: pages)
  func isAccessible(name: String) throws {
    for (width, dark) in [(1280, false), (400, true)] {
      #expect(try Accessibility.violations(open(name, width: width, dark: dark)) == [], "\(width)")
    }
    // Every figure has a text, and no two figures of a page the same.
    let labels = try open(name).evaluate(
      "[...document.querySelectorAll('svg, img:not([alt=\"\"])')].map(e => e.getAttribute('aria-label') || e.alt || '')"
    )
    let texts = try #require(labels.list.map { $0.compactMap(\.string) })
    #expect(texts.allSatisfy { $0.count > 10 } && Set(texts).count == texts.count)
  }

  @Test(.enabled(if: HTMLValidator.isAvailable, "the Nu Html Checker or Java is not there"))
  func isValid() throws { #expect(try HTMLValidator.messages(for: Self.pages.map { "\(out)/\($0)" }) == []) }

  /// A click on a heading sorts by exact values, what is missing last, and says so; a second one turns it round.
  @Test func sorts() throws {
    let page = try open("sub-01/sub-01.html")
    let table = try TSVTable(path: out + "/sub-01/sub-01_desc-raclopridedasb_balance.tsv")
    let ratio = try table.required("ratio")
    let told = table.rows.filter { $0[ratio] != "n/a" }.sorted { Double($0[ratio])! < Double($1[ratio])! }.map { $0[0] }
    let rows = "[...document.querySelectorAll('#balance tbody tr')].map(r => r.cells[0].textContent)"
    let heading = "#balance thead th:nth-child(4)"
    #expect(try page.evaluate("document.querySelector('\(heading)').textContent") == "ratio")
    try page.click(heading + " button")
    #expect(try page.evaluate(rows).list?.compactMap(\.string) == told + ["Cerebellum"])
    #expect(try page.evaluate("document.querySelector('\(heading)').ariaSort") == "ascending")
    try page.press(.enter)
    #expect(try page.evaluate(rows).list?.compactMap(\.string) == told.reversed() + ["Cerebellum"])
    #expect(try page.evaluate("document.querySelector('\(heading)').ariaSort") == "descending")
    try page.click("#balance thead th:first-child button")
    #expect(try page.evaluate(rows).list?.first == "Amygdala")
    #expect(try page.problems == [])
  }

  /// One slice is seen at a time; arrow keys go through them, and the picture moves with what is said.
  @Test func scrollsThroughSlices() throws {
    let page = try open("sub-01/sub-01.html")
    #expect(try page.evaluate("document.querySelectorAll('.stack').length") == 3)
    let state = """
      (() => { const s = document.querySelector('.stack'), i = s.querySelector('img'), w = s.querySelector('.window');
      const a = i.getBoundingClientRect(), b = w.getBoundingClientRect();
      return [s.querySelector('input').value, s.querySelector('output').textContent,
        Math.round((b.left - a.left) / b.width) + 4 * Math.round((b.top - a.top) / b.height)].join(' '); })()
      """
    try page.evaluate("document.querySelector('.stack input').focus(), 0")
    let places = try #require(try page.evaluate("document.querySelector('.stack').dataset.places").string)
      .components(separatedBy: ", ")
    #expect(places.count == 12)
    #expect(try page.evaluate(state).string == "6 z \(places[6]) mm 6")
    try page.press(.arrowRight)
    #expect(try page.evaluate(state).string == "7 z \(places[7]) mm 7")
    try page.press(.home)
    #expect(try page.evaluate(state).string == "0 z \(places[0]) mm 0")
    try page.press(.end)
    #expect(try page.evaluate(state).string == "11 z \(places[11]) mm 11")
    try page.click(".stack .whole")
    #expect(try page.evaluate("document.querySelector('.stack').classList.contains('one')") == false)
    #expect(try page.layoutProblems() == [])
    #expect(try page.problems == [])
  }

  /// The painted head: arrow keys go through the slices of a view, and both layers move with what is said.
  @Test func goesThroughTheHead() throws {
    let page = try open("sub-01/sub-01.html")
    let state = """
      (() => { const v = document.querySelector('.view'), b = v.querySelector('.window').getBoundingClientRect();
      const at = [...v.querySelectorAll('img')].map(i => { const a = i.getBoundingClientRect();
        return Math.round((b.left - a.left) / b.width) + 4 * Math.round((b.top - a.top) / b.height); });
      return [v.querySelector('input').value, ...at, v.querySelector('.place').textContent].join(' '); })()
      """
    let places = try #require(try page.evaluate("document.querySelector('.view').dataset.places").string)
      .components(separatedBy: ", ")
    try page.evaluate("document.querySelector('.view input').focus(), 0")
    try page.press(.home)
    #expect(try page.evaluate(state).string == "0 0 0 axial, z \(places[0]) mm")
    for _ in 0..<5 { try page.press(.arrowRight) }
    #expect(try page.evaluate(state).string == "5 5 5 axial, z \(places[5]) mm")
    try page.press(.end)
    let last = places.count - 1
    #expect(try page.evaluate(state).string == "\(last) \(last) \(last) axial, z \(places[last]) mm")
    #expect(try page.problems == [])
  }

  /// Further columns come when they are asked for, sections fold, curves are picked, and the axis of activity may be logarithmic.
  @Test func showsWhatIsAskedFor() throws {
    let page = try open("sub-01/sub-01.html")
    func seen(_ what: String) throws -> Double? {
      try page.evaluate("[...document.querySelectorAll(\"\(what)\")].filter(e => e.getClientRects().length).length")
        .double
    }
    let few = try #require(try seen("#balance thead th"))
    try page.click("#balance .filter button")
    #expect(
      try seen("#balance thead .more") == seen("#balance thead th").map { $0 - few }
        && seen("#balance thead .more") != 0)
    try page.click(".all-curves .names li:nth-child(3) input")
    #expect(try seen(".all-curves .linear .picked") == 1)
    #expect(try seen(".all-curves .logarithmic") == 0)
    try page.click(".all-curves .names li:first-child input")
    #expect(try seen(".all-curves .logarithmic") == 1)
    try page.click("#balance h2 button")
    #expect(try seen("#balance .values") == 0 && seen("#scans h3") != 0)
    #expect(try page.layoutProblems() == [])
    #expect(try page.problems == [])
  }

  /// A region picked opens large; frames are told in the numbers of the tables; Escape closes and gives the focus back.
  @Test func enlargesARegion() throws {
    let page = try open("sub-01/sub-01.html")
    let button = ".card[data-scan='0'][data-region='4'] button"
    try page.click("details.each summary")
    try page.click(button)
    #expect(try page.evaluate("document.querySelector('dialog[open] h2').textContent") == "Left-Caudate")
    #expect(try page.evaluate("document.querySelector('dialog svg').getBoundingClientRect().width > 700") == true)
    let parameters = try page.evaluate("document.querySelector('dialog p').textContent").string
    #expect(
      parameters?.contains("BPND 2.697 ± 0.020") == true && parameters?.contains("R1 ") == true, "\(parameters ?? "")")
    for _ in 0..<6 { try page.press(.arrowRight) }
    let told = try #require(try page.evaluate("document.querySelector('dialog .reading').textContent").string)
    let curves = try TSVTable(path: out + "/sub-01/pet/sub-01_trc-RAC_seg-auto_tacs.tsv")
    let fitted = try TSVTable(path: out + "/sub-01/pet/sub-01_trc-RAC_model-SRTM_fitted.tsv")
    func short(_ cell: String) throws -> String {
      NumberText.exact(Rounding.significant(try #require(Double(cell)), digits: 5))
    }
    let (a, b) = (try curves.required("Left-Caudate"), try fitted.required("Left-Caudate"))
    #expect(
      told == "frame 6, 0.91667 min: \(try short(curves.rows[5][a])), fit \(try short(fitted.rows[5][b])), weight "
        + (try short(fitted.rows[5][2])), "\(told)")
    #expect(try page.layoutProblems() == [])
    try page.hover("dialog svg")
    #expect(
      try page.evaluate("document.querySelector('dialog .reading').textContent").string?.contains("min: ") == true)
    try page.press(.escape)
    #expect(try page.evaluate("document.querySelector('dialog')") == .null)
    #expect(try page.evaluate("document.activeElement === document.querySelector(\"\(button)\")") == true)
  }

  /// A head opens large with its scale; Escape closes and gives the focus back.
  @Test func enlargesAHead() throws {
    let page = try open("sub-01/sub-01.html")
    try page.click(".head .whole")
    #expect(try page.evaluate("document.querySelectorAll('dialog[open] svg').length") == 2)
    #expect(try page.evaluate("document.querySelector('dialog svg').getBoundingClientRect().width > 700") == true)
    #expect(try page.layoutProblems() == [])
    try page.press(.escape)
    #expect(try page.evaluate("document.querySelector('dialog')") == .null)
    #expect(try page.evaluate("document.activeElement === document.querySelector('.head .whole')") == true)
    #expect(try page.problems == [])
  }

  /// At 400 px nothing but tables is scrolled sideways; a wide window has the numbers beside the marks again.
  @Test func fitsANarrowScreen() throws {
    let page = try open("sub-01/sub-01.html", width: 400)
    try page.evaluate("document.querySelectorAll('.folded .fold').forEach(b => b.click()), 0")
    let wide =
      "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth + 1 && !e.querySelector('table')).length"
    #expect(try page.evaluate(wide) == 0)
    let asides = "[...document.querySelectorAll('#balance .aside')].filter(e => e.getClientRects().length).length"
    #expect(try page.evaluate(asides) == 0)
    try page.resize(width: 1280, height: 900)
    #expect(try page.evaluate(asides).double ?? 0 > 20)
    #expect(try page.problems == [])
  }

  /// On paper every figure is there, also those that the script shows in part.
  @Test(.enabled(if: PDFText.isAvailable, "poppler-utils is not installed"), arguments: pages)
  func prints(name: String) throws {
    let folder = try TemporaryFolder()
    let page = try open(name)
    let captions = try #require(
      try page.evaluate("[...document.querySelectorAll('figcaption')].map(c => c.textContent.trim().split(/\\s+/)[0])")
        .list?.compactMap(\.string))
    try page.pdf(to: folder.file("a.pdf"))
    let words = try PDFText.words(folder.file("a.pdf"))
    // Of 27 regions, with maps.
    #expect(try PDFText.pages(folder.file("a.pdf")).count <= 5)
    let counts = Dictionary(grouping: words, by: \.self).mapValues(\.count)
    for (caption, own) in Dictionary(grouping: captions, by: \.self) {
      #expect(counts[caption] ?? 0 >= own.count, "\(caption) is \(counts[caption] ?? 0) of \(own.count) times on paper")
    }
    // Ticks of the curves are text of the drawings themselves.
    #expect(words.count { $0 == "residuals" } == (name == "group.html" ? 0 : 52))
  }

  /// Screenshots for people: `PETBALANCE_SCREENSHOTS` names the folder.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["PETBALANCE_SCREENSHOTS"] != nil, "no folder for them was named"))
  func screenshots() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["PETBALANCE_SCREENSHOTS"])
    for name in Self.pages {
      for (width, dark) in [(1280, false), (400, false), (1280, true)] {
        let stem = name.split(separator: "/").last?.dropLast(".html".count) ?? ""
        try open(name, width: width, dark: dark)
          .screenshot(to: "\(folder)/\(stem)-\(width)\(dark ? "-dark" : "").png", fullPage: true)
      }
    }
  }
}
