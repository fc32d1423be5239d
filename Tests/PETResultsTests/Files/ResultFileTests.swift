import PETResults
import PETStudy
import Testing

/// The kinds of files that a run leaves.
struct ResultFileTests {
  @Test func everyKindIsOne() {
    let keys = ResultFile.all.map { $0.owner.rawValue + " " + $0.name }
    #expect(Set(keys).count == keys.count)
    for kind in ResultFile.all {
      #expect(!kind.meaning.isEmpty && !kind.meaning.hasSuffix("."), "\(kind.name)")
      #expect(kind.endings.allSatisfy { $0.hasPrefix(".") })
    }
  }

  /// What is named after a kind is told by it again, and by no other.
  @Test func namesAreToldApart() throws {
    for kind in ResultFile.all {
      for ending in kind.endings {
        let path = kind.path("sub-01/pet/sub-01_desc-xtoosmall", ending)
        let name = try #require(BIDSName(path.split(separator: "/").last.map(String.init) ?? ""))
        let found = ResultFile.all.filter { other in other.endings.contains { other.has(name, $0) } }
        #expect(found == [kind], "\(path)")
      }
    }
    #expect(try !ResultFile.curves.has(#require(BIDSName("sub-01_tacs.tsv")), ".json"))
  }

  @Test func everyLineOfBidsignoreStandsOnce() {
    let lines = ResultFile.ignored(and: ["own.txt", "logs/", "own.txt"]).split(separator: "\n").map(String.init)
    #expect(Set(lines).count == lines.count && lines.last == "own.txt")
    #expect(lines.contains("*_tacs.*") && lines.contains("group_*") && lines.contains("*toosmall_mask.*"))
    // What BIDS itself asks for is not hidden from its validator.
    #expect(!lines.contains { $0.hasPrefix("dataset_description") || $0 == "README" || $0.hasPrefix("sub-") })
  }

  /// One line each, with the meanings one under the other.
  @Test func theOverviewIsAligned() {
    let lines = ResultFile.overview.split(separator: "\n").map(String.init)
    let shown = ResultFile.all.filter { [.study, .frame].contains($0.owner) }
    #expect(lines.count == shown.count - 2)
    let width =
      (shown.filter { !["README", "dataset_description.json"].contains($0.name) }.map(\.name.count).max() ?? 0)
    for line in lines {
      let name = line.prefix { $0 != " " }
      #expect(shown.contains { $0.name == name && line.dropFirst(width + 2) == $0.meaning }, "\(line)")
    }
  }
}
