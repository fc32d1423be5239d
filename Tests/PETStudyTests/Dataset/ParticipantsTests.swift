import PETCore
import PETStudy
import PETTestSupport
import PETTracers
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
