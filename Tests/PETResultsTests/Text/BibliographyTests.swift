import PETCore
import PETKinetics
import PETTracers
import Testing

@testable import PETResults

/// Works in the forms of reference managers.
struct BibliographyTests {
  /// Every source of every tracer tells what leads to it: a year, or words, and a journal or a DOI.
  @Test func everySourceIsAWork() {
    for card in TracerCatalogue.builtIn.all {
      for source in card.sources {
        let work = Reference(source: source)
        #expect(work.year != nil || work.note != nil, "\(card.id): \(source)")
        #expect((work.journal ?? work.doi ?? work.note) != nil, "\(card.id): \(source)")
      }
    }
  }

  private static func all() -> Bibliography {
    var works = Bibliography()
    for model in ModelCatalogue.all { for work in model.card.references { works.add(work, .models) } }
    for card in TracerCatalogue.builtIn.all {
      for source in card.sources { works.add(Reference(source: source), .tracers) }
    }
    for work in Reference.methods { works.add(work, .methods) }
    return works
  }

  @Test func keysAndWorksAreThereOnce() {
    let entries = Self.all().entries
    #expect(entries.count > 100 && Set(entries.map(\.key)).count == entries.count)
    #expect(Set(entries.compactMap(\.work.doi)).count == entries.compactMap(\.work.doi).count)
    #expect(entries.filter { $0.work.doi == "10.1097/01.WCB.0000085441.37552.CA" }.map(\.topic) == [.models])
  }

  @Test func bibtexIsWhole() throws {
    let works = Self.all()
    let text = works.text(.bibtex)
    #expect(text.count { $0 == "{" } == text.count { $0 == "}" })
    #expect(text.matches(of: /@(article|misc)\{/).count == works.entries.count)
    #expect(text.contains("author = {Wu, Y. and Carson, R. E.}") && text.contains("pages = {1440--1452}"))
    #expect(text.contains("author = {Ichise, M. and others}") && text.contains("title = {{Noise reduction"))
    #expect(!text.contains(", }"))
  }

  @Test func cslIsJSONOfWorks() throws {
    let works = Self.all()
    let items = try #require(JSONValue(parsing: works.text(.csl))?.list)
    #expect(items.count == works.entries.count)
    #expect(items[0]["type"]?.string == "software" && items[1]["type"]?.string == "article-journal")
    let carson = try #require(items.first { $0["DOI"]?.string == "10.1097/01.WCB.0000033967.83623.34" })
    #expect(carson["author"]?.list?[1]["given"]?.string == "RE" && carson["page"]?.string == "1440-1452")
    #expect(carson["issued"]?["date-parts"]?.list?[0].list?[0].double == 2002)
  }
}
