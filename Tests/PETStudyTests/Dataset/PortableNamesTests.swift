import PETCore
import PETStudy
import PETTestSupport
import Testing

struct PortableNamesTests {
  private static func names(_ dataset: String, _ roots: [String], _ output: String, in folder: TemporaryFolder) throws
    -> PortableNames
  {
    for path in [dataset] + roots { try AtomicFile.makeFolder(folder.file(path)) }
    return PortableNames(
      dataset: folder.file(dataset),
      derivatives: try Derivatives(dataset: folder.file(dataset), given: roots.map(folder.file)),
      output: folder.file(output))
  }

  /// Files of the study go by their place in it, of a derivative by its name, of the output by theirs; others by name alone.
  @Test func paths() throws {
    let folder = try TemporaryFolder()
    let names = try Self.names("study", ["petprep", "study/derivatives/fs"], "out", in: folder)
    for (path, name) in [
      ("study/sub-1/pet/a.json", "sub-1/pet/a.json"), ("petprep/sub-1/b.nii", "petprep/sub-1/b.nii"),
      ("study/derivatives/fs/c.nii", "derivatives/fs/c.nii"), ("out/records/d.json", "records/d.json"),
      ("study2/e.json", "e.json"), ("petprep", "petprep"),
    ] { #expect(names.path(folder.file(path)) == name) }
    #expect(names.path("sub-1/f.json") == "sub-1/f.json" && names.path("/") == "")
  }

  /// Words with paths, and findings in every part.
  @Test func words() throws {
    let folder = try TemporaryFolder()
    let names = try Self.names("study", ["petprep"], "out", in: folder)
    let text = "\(folder.file("study/a")), '\(folder.file("petprep/b"))' and \(folder.file("out/c"))"
    #expect(names.text(text) == "a, 'petprep/b' and c")
    let finding = names.finding(
      Finding(
        .warning, .participants, file: folder.file("study/a"), field: "f", value: folder.file("out/v"),
        "see \(folder.file("petprep/b"))", remedy: "move \(folder.file("study/a"))", castsDoubt: true))
    #expect(
      finding
        == Finding(
          .warning, .participants, file: "a", field: "f", value: "v", "see petprep/b", remedy: "move a",
          castsDoubt: true))
  }

  /// A folder itself goes by its own name: where it lies is the machine's.
  @Test func wordsOfFolders() throws {
    let folder = try TemporaryFolder()
    let names = try Self.names("study", ["petprep"], "out", in: folder)
    let text = "no image in \(folder.file("petprep")), \(folder.file("study")); \(folder.file("study-2"))"
    #expect(names.text(text) == "no image in petprep, study; \(folder.file("study-2"))")
  }

  /// A folder whose path ends in that of the dataset is another folder, as /mnt/data beside /data.
  @Test func aPathWithinAnotherIsNone() {
    let names = PortableNames(output: "/data")
    #expect(names.text("/mnt/data/a.tsv beside /data/b.tsv") == "/mnt/data/a.tsv beside b.tsv")
    #expect(names.text("(/data/a), '/data/b', x=/data/c:/data/d") == "(a), 'b', x=c:d")
  }
}
