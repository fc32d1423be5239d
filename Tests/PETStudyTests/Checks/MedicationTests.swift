import PETCore
import PETStudy
import PETTestSupport
import PETTracers
import Testing

private let dasb = TracerCatalogue.builtIn.find("dasb")

struct MedicationTests {
  private static func findings(_ table: String, of person: String = "sub-1") throws -> [Finding] {
    let folder = try TemporaryFolder()
    try folder.write("participants.tsv", table)
    let medication = Medication(persons: folder.path + "/participants.tsv")
    let tracer = try #require(dasb)
    let found = medication.findings(of: person, tracer: tracer)
    #expect(medication.files(of: person, tracer: tracer).isEmpty == found.isEmpty)
    return found
  }

  /// Reuptake inhibitors compete with DASB at the serotonin transporter.
  @Test(arguments: ["medication", "Drugs", "TREATMENT"])
  func aDrugOfTheTracersTargetIsTold(column: String) throws {
    let found = try Self.findings("participant_id\t\(column)\n1\tCitalopram 20 mg\nsub-2\tnone\n")
    #expect(found.map(\.code) == [.medication] && found.map(\.value) == ["Citalopram 20 mg"])
    #expect(found.map(\.field) == ["sub-1, \(column)"])
  }

  @Test(arguments: ["none", "n/a", "no citalopram", "citalopram-free", "ibuprofen"])
  func othersAreNot(cell: String) throws {
    #expect(try Self.findings("participant_id\tmedication\nsub-1\t\(cell)\n").isEmpty)
  }

  /// Every column of the kind is read: a therapy beside it does not hide a drug.
  @Test func everyColumnIsRead() throws {
    let table = "participant_id\ttreatment\tage\tMedication\nsub-1\ttalks\t30\tcitalopram\nsub-2\tnone\t30\tnone\n"
    let found = try Self.findings(table)
    #expect(found.map(\.field) == ["sub-1, Medication"] && found.map(\.value) == ["citalopram"])
    #expect(try Self.findings(table, of: "sub-2").isEmpty)
  }

  /// A person of several rows takes what any row says; nobody else does.
  @Test func rowsAddUp() throws {
    let table = "participant_id\tsession_id\tmedication\nsub-1\ta\tnone\nsub-1\tb\tcitalopram\nsub-2\ta\tnone\n"
    #expect(try Self.findings(table).map(\.value) == ["none, citalopram"])
    #expect(try Self.findings(table, of: "sub-2").isEmpty && Self.findings(table, of: "sub-3").isEmpty)
  }
}
