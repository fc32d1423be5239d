import Foundation
import PETCore
import PETTestSupport
import Testing

/// What looks at pages finds what is wrong with them: each fault here is made on purpose, and a page without has none.
@Suite(.serialized, .enabled(if: Browser.path != nil, "chromium is not installed"))
struct BrowserTests {
  private let folder: TemporaryFolder
  private let browser: Browser

  init() throws {
    folder = try TemporaryFolder()
    browser = try Browser.shared()
  }

  private func file(_ body: String, style: String = "") throws -> String {
    try folder.write(
      "page.html",
      """
      <!DOCTYPE html>
      <html lang="en">
      <head><meta charset="utf-8"><title>A page</title><style>\(style)</style></head>
      <body><main><h1>A page</h1>
      \(body)
      </main></body>
      </html>
      """)
  }

  private func open(
    _ body: String, style: String = "", width: Int = 800, dark: Bool = false, script: Bool = true
  ) throws -> Page {
    try browser.open(file: file(body, style: style), width: width, height: 600, dark: dark, script: script)
  }

  private static let good = """
    <p>Some words, and <a href="#drawing">a link</a>. <button type="button">Press</button></p>
    <div style="overflow-x: auto; width: 100px" tabindex="0" role="region" aria-label="Wide"><p style="width: 400px">Reached by scrolling</p></div>
    <p hidden style="width: 4000px">not shown</p>
    <p style="position: absolute; width: 1px; height: 1px; overflow: hidden; margin: 0">for screen readers only</p>
    <svg id="drawing" role="img" aria-label="Drawing" width="200" height="100" viewBox="0 0 100 50">
    <text x="5" y="10" font-size="8">first</text><text x="5" y="30" font-size="8">second</text>
    <text x="7" y="30" font-size="8" visibility="hidden">unseen</text>
    <text transform="translate(60 45) rotate(-45)" font-size="8">turned</text>
    <text transform="translate(78 45) rotate(-45)" font-size="8">turned</text>
    </svg>
    """

  @Test func findsNothingInAGoodPage() throws {
    let page = try open(Self.good)
    #expect(try page.problems == [])
    #expect(try page.requests == [])
    #expect(try page.layoutProblems() == [])
    #expect(try page.evaluate("innerWidth + 'x' + innerHeight") == "800x600")
    try page.resize(width: 360, height: 500)
    #expect(try page.evaluate("innerWidth + 'x' + innerHeight") == "360x500")
    #expect(try page.layoutProblems() == [])
  }

  @Test func hearsWhatThePageReports() throws {
    let page = try open(
      """
      <p>Words</p>
      <script>
      console.log("no problem"); console.warn("odd", 3); console.error("wrong");
      setTimeout(() => { throw new Error("nothing catches it") }, 0);
      </script>
      """)
    try page.evaluate("new Promise(done => setTimeout(done, 50))")
    let problems = try page.problems
    #expect(problems.count == 3, "\(problems)")
    #expect(problems.prefix(2) == ["console.warning: odd 3", "console.error: wrong"])
    #expect(problems.last?.hasPrefix("exception: Error: nothing catches it") == true)
  }

  @Test func hearsWhatThePageAsksFor() throws {
    let page = try open(
      """
      <p>Words <img alt="inside" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"></p>
      <img alt="elsewhere" src="https://nowhere.invalid/picture.png"><img alt="beside" src="beside.png">
      <script>fetch("http://127.0.0.1:9/data").catch(() => 0)</script>
      """)
    let beside = URL(fileURLWithPath: folder.file("beside.png")).absoluteString
    let asked = Set(["https://nowhere.invalid/picture.png", beside, "http://127.0.0.1:9/data"])
    #expect(Set(try page.requests) == asked)
    // Nothing of it was to be had, which the browser logs.
    #expect(try page.problems.count >= 2)
  }

  @Test func findsCutTextAndOverflow() throws {
    let page = try open(
      """
      <p id="cut">These words do not fit into their box</p>
      <p id="low">These words need several lines but are given the height of one alone</p>
      <p id="wide">These words are wider than the window</p>
      """,
      style: """
        #cut { width: 90px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis }
        #low { width: 120px; height: 20px; overflow: hidden }
        #wide { width: 900px; text-align: right }
        """)
    let problems = try page.layoutProblems()
    #expect(problems.count == 4, "\(problems)")
    #expect(problems.first?.hasPrefix("html ") == true && problems.first?.contains("the window 800") == true)
    #expect(problems.contains { $0.hasPrefix("p#cut \"These words do not fit into their box\": cut: ") })
    #expect(problems.contains { $0.hasPrefix("p#low ") && $0.contains("in a height of 20") })
    #expect(problems.contains { $0.hasPrefix("p#wide ") && $0.contains("outside of the window") })
  }

  @Test func findsLabelsOverEachOtherAndOutside() throws {
    let page = try open(
      """
      <svg role="img" aria-label="Drawing" width="200" height="100">
      <text x="5" y="20">first</text><text x="20" y="24" class="label">second</text>
      <text x="180" y="60">outside</text><text x="5" y="60">apart</text>
      <text transform="translate(60 90) rotate(-45)" id="turned">turned</text>
      <text transform="translate(66 90) rotate(-45)">turned too</text>
      </svg>
      """)
    let problems = try page.layoutProblems()
    #expect(problems.count == 3, "\(problems)")
    #expect(problems.contains { $0.hasPrefix("text \"first\": overlaps text.label \"second\" by ") })
    #expect(problems.contains { $0.hasPrefix("text \"outside\": ") && $0.hasSuffix("px outside of its drawing") })
    #expect(problems.contains { $0.hasPrefix("text#turned \"turned\": overlaps ") })
  }

  @Test func actsAsAReader() throws {
    let page = try open(
      """
      <p style="height: 1500px"><label>Name <input id="name"></label></p>
      <button id="button" type="button">Press</button> <a id="link" href="#name">link</a>
      <p id="under">covered</p><p id="over" style="margin-top: -3em; height: 5em; background: white; position: relative"></p>
      <script>
      const seen = [];
      for (const kind of ["click", "keydown"])
        addEventListener(kind, event => seen.push(event.isTrusted + " " + (event.key ?? event.target.id)));
      </script>
      """)
    try page.click("#button")
    try page.press(.enter)
    try page.press(.tab)
    #expect(try page.evaluate("document.activeElement.id") == "link")
    try page.press(.tab, shift: true)
    #expect(try page.evaluate("document.activeElement.id") == "button")
    try page.press(.space)
    let seen = try page.evaluate("seen").list?.compactMap(\.string)
    #expect(
      seen == [
        "true button", "true Enter", "true button", "true Tab", "true Tab", "true  ", "true button",
      ])
    for key in Page.Key.allCases { try page.press(key) }
    #expect(try page.evaluate("seen.length").double ?? 0 >= 17)
    #expect(throws: PETError.self) { try page.click("#under") }
    #expect(throws: PETError.self) { try page.click("#missing") }
    try page.hover("#button")
    #expect(try page.evaluate("document.querySelector('#button').matches(':hover')") == true)
  }

  @Test func evaluates() throws {
    let page = try open("<p>Words</p>")
    let value = try page.evaluate("Promise.resolve({list: [1, null, 'ü'], flag: true})")
    #expect(value == ["flag": true, "list": [1, .null, "ü"]])
    #expect(try page.evaluate("undefined") == .null)
    let error = #expect(throws: PETError.self) { try page.evaluate("missing.thing") }
    #expect(error?.description.contains("missing is not defined") == true)
  }

  @Test func showsThePageAsAskedFor() throws {
    let script = "<p id='said'>without</p><script>document.querySelector('#said').textContent = 'with'</script>"
    let style = "@media (prefers-color-scheme: dark) { #said { color: rgb(1, 2, 3) } }"
    let said = "document.querySelector('#said')"
    let plain = try open(script, style: style)
    let unscripted = try open(script, style: style, dark: true, script: false)
    #expect(try plain.evaluate("\(said).textContent") == "with")
    #expect(try plain.evaluate("getComputedStyle(\(said)).color") == "rgb(0, 0, 0)")
    #expect(try unscripted.evaluate("\(said).textContent") == "without")
    #expect(try unscripted.evaluate("getComputedStyle(\(said)).color") == "rgb(1, 2, 3)")
    #expect(try unscripted.layoutProblems() == [])
    // The first page still draws while another is in front.
    #expect(try plain.problems == [])
    #expect(throws: PETError.self) { try browser.open(file: folder.file("missing.html"), width: 100, height: 100) }
  }

  /// Width and height that a PNG states.
  private static func size(_ path: String) throws -> [Int] {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(bytes.prefix(4) == Data([0x89, 0x50, 0x4e, 0x47]))
    return [16, 20].map { start in bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
  }

  @Test func takesPictures() throws {
    let page = try open("<p style='height: 1500px'>Words</p>", style: "body, h1, p { margin: 0; font-size: 20px }")
    try page.screenshot(to: folder.file("window.png"))
    try page.screenshot(to: folder.file("again.png"))
    try page.screenshot(to: folder.file("page.png"), fullPage: true)
    #expect(try Self.size(folder.file("window.png")) == [800, 600])
    let whole = try Self.size(folder.file("page.png"))
    #expect(whole[0] == 800 && 1500..<1600 ~= whole[1], "\(whole)")
    #expect(
      FileManager.default.contentsEqual(atPath: folder.file("window.png"), andPath: folder.file("again.png")))
  }

  @Test(.enabled(if: PDFText.isAvailable, "poppler-utils is not installed"))
  func prints() throws {
    let page = try open("<p>Words for paper</p><p style='break-before: page'>More</p>")
    try page.pdf(to: folder.file("page.pdf"))
    #expect(try PDFText.words(folder.file("page.pdf")) == ["A", "page", "Words", "for", "paper", "More"])
    #expect(try PDFText.pages(folder.file("page.pdf")).count == 2)
  }

  @Test(.enabled(if: Accessibility.isAvailable, "axe-core is not installed"))
  func findsWhatIsHardToUse() throws {
    #expect(try Accessibility.violations(open(Self.good)) == [])
    let page = try open(
      """
      <p id="pale">Pale words</p><input id="nameless"><img id="bare" src="data:,">
      <svg width="100" height="50" role="img" aria-label="Drawing"><rect width="50" height="50" fill="#222" pointer-events="none"/>
      <text y="20" fill="#fff">white</text><text x="60" y="20" fill="#fff" class="label">none</text>
      <text y="40" opacity=".4" fill="#fff">grey</text></svg>
      """,
      style: "#pale { color: #aaa; background: #fff }")
    let violations = try Accessibility.violations(page)
    #expect(violations.contains { $0.hasPrefix("color-contrast (serious) #pale: ") }, "\(violations)")
    #expect(violations.contains { $0.hasPrefix("label (critical) #nameless: ") })
    #expect(violations.contains { $0.hasPrefix("image-alt (critical) #bare: ") })
    #expect(violations.contains { $0.contains(" text.label: \"none\" has a contrast of 1.00 ") })
    #expect(violations.contains { $0.hasPrefix("label-contrast (serious) text: \"grey\" ") })
    #expect(violations.count == 5, "\(violations)")
  }

  @Test func endsCleanly() throws {
    let own = try Browser()
    let page = try own.open(file: file("<p>Words</p>"), width: 100, height: 100)
    #expect(FileManager.default.fileExists(atPath: own.profile))
    own.close()
    #expect(!FileManager.default.fileExists(atPath: own.profile))
    #expect(throws: PETError.self) { try page.problems }
  }
}

@Suite(.enabled(if: HTMLValidator.isAvailable, "java or the HTML checker is not installed"))
struct HTMLValidatorTests {
  @Test func findsWhatIsNotHTML() throws {
    let folder = try TemporaryFolder()
    func page(_ head: String, _ body: String) -> String {
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\(head)</head>\n<body>\n\(body)\n</body>\n</html>\n"
    }
    let good = try folder.write("good.html", page("<title>Good</title>", "<p>ü</p>"))
    let bad = try folder.write("bad page.html", page("", "<p><div id=a></div></p>\n<b id=a>"))
    #expect(try HTMLValidator.messages(for: [good]) == [])
    let messages = try HTMLValidator.messages(for: [good, bad])
    #expect(messages.count >= 4 && messages.allSatisfy { $0.hasPrefix("\(bad):") }, "\(messages)")
    #expect(messages.contains { $0.contains(":3: ") && $0.contains("title") })
    #expect(messages.contains { $0.contains("Duplicate ID") })
  }
}
