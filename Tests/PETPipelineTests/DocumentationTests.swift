import Foundation
import PETReport
import PETTestSupport
import Testing

struct DocumentationTests {
  /// The models' page is what the program prints: `petbalance models --format markdown` writes it anew.
  @Test func modelsPageIsUpToDate() throws {
    let page = Program.package.appendingPathComponent("Sources/PETKinetics/Documentation.docc/Models.md")
    #expect(try String(contentsOf: page, encoding: .utf8) == CatalogueText.models(.markdown))
  }
}
