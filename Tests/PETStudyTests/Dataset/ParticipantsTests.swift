import PETBinding
import PETCore
import PETStudy
import PETTestSupport
import Testing

struct ParticipantsTests {
  private static func read(_ table: String) throws -> Participants {
    let folder = try TemporaryFolder()
    return try Participants(path: try folder.write("participants.tsv", table))
  }

  /// Empty cells and n/a are no values; an id may lack its prefix.
  @Test func valuesOfPersons() throws {
    let people = try Self.read("participant_id\tage\tsex\tgroup\nsub-1\t30\tF\tn/a\n2\tn/a\tM\t\n")
    #expect(people.person("sub-1").values == ["age": "30", "sex": "F"])
    #expect(people.person("sub-2").values == ["sex": "M"])
    #expect(people.person("sub-3").values.isEmpty && people.person("sub-3").id == "sub-3")
  }

  /// Rows of sessions that agree are one person; of a person whose rows differ in anything but the session nothing is known.
  @Test func rowsOfOnePerson() throws {
    let people = try Self.read(
      """
      participant_id\tsession_id\tage\tsex
      sub-1\ta\t30\tF
      1\tb\t30\tF
      sub-2\ta\t40\tM
      sub-2\tb\t41\tM
      sub-3\ta\t50\tn/a
      sub-3\tb\t50\tF
      sub-4\ta\tn/a\tn/a

      """)
    #expect(people.person("sub-1").values == ["age": "30", "sex": "F"])
    #expect(people.person("sub-2").values.isEmpty && people.person("sub-3").values.isEmpty)
    #expect(people.person("sub-4").values.isEmpty)
  }

  @Test func aTableOfNobodyIsRefused() {
    let error = #expect(throws: PETError.self) { try Self.read("name\tage\nsub-1\t30\n") }
    #expect(error?.description.contains("participant_id") == true)
  }
}

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

struct AcceptanceTests {
  private static let fault = Finding(.fault, .suvScale, file: "a", field: "Units", "too much", remedy: "check it")

  @Test func faultsStop() {
    let error = #expect(throws: PETError.self) { try Acceptance().screen([Self.fault]) }
    #expect(error?.problem == "too much" && error?.remedy == "check it; if it is known, --accept suv-scale")
    // What a run would stumble over cannot be accepted, and is not offered.
    let other = Finding(.fault, .imageUnreadable, "no image", remedy: "fetch it")
    #expect(#expect(throws: PETError.self) { try Acceptance().screen([other]) }?.remedy == "fetch it")
  }

  /// Accepted faults stand as evidence; warnings and notes pass, in their order.
  @Test func acceptedFaultsCastDoubt() throws {
    let note = Finding(.note, .participants, "n")
    let screened = try Acceptance(["suv-scale"]).screen([note, Self.fault])
    #expect(screened.map(\.level) == [.note, .warning] && screened[0] == note)
    #expect(screened[1].castsDoubt && screened[1].code == .suvScale && screened[1].remedy == "accepted as known")
    #expect(throws: PETError.self) { try Acceptance(["suv-scal", "units"]).screen([Self.fault]) }
    #expect(try Acceptance().screen([]).isEmpty)
  }
}
