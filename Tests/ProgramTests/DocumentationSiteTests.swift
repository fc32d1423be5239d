import Foundation
import PETCore
import PETTestSupport
import Testing

/// The documentation as a site: whole, valid, and opened from the disk without a request beyond its own files.
struct DocumentationSiteTests {
  private static let hasMarkdown: Bool = {
    guard let python = Program.find("python3") else { return false }
    return (try? Program.run(python, ["-c", "import markdown"]).status) == 0
  }()

  /// A link that leads nowhere ends the making.
  @Test(.enabled(if: hasMarkdown, "python3 has no markdown"))
  func theSiteIsWhole() throws {
    let folder = try TemporaryFolder()
    let site = folder.file("site")
    let run = try Program.run(
      Program.package.appendingPathComponent("Scripts/docs"), [site],
      environment: ["PETBALANCE_PROGRAM": Program.executable.path])
    try #require(run.status == 0, "\(run.errors)")
    let pages = try FileManager.default.contentsOfDirectory(atPath: site).filter { $0.hasSuffix(".html") }
    #expect(pages.count > 20)
    if HTMLValidator.isAvailable { #expect(try HTMLValidator.messages(for: pages.map { "\(site)/\($0)" }) == []) }
    guard Browser.path != nil else { return }
    for width in [1280, 400] {
      let page = try Browser.shared().open(file: "\(site)/how-to.html", width: width, height: 900)
      #expect(try page.problems == [])
      #expect(try page.requests.allSatisfy { $0.hasPrefix("file://\(site)/") })
      // The words of a section are found, and lead to it.
      let found = try page.evaluate(
        """
        (() => { const box = document.querySelector('#search'); box.value = 'arterial plasma';
          box.dispatchEvent(new Event('input'));
          return [...document.querySelectorAll('#found a')].map(a => a.getAttribute('href')).join(' '); })()
        """)
      #expect(found.string?.contains("how-to.html#use-arterial-plasma") == true, "\(found)")
    }
    if Accessibility.isAvailable {
      #expect(
        try Accessibility.violations(Browser.shared().open(file: "\(site)/how-to.html", width: 1280, height: 900)) == []
      )
    }
  }
}
