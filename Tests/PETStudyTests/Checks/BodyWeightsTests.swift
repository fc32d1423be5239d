import PETCore
import PETStudy
import PETTestSupport
import Testing

struct BodyWeightsTests {
  private static func sidecar(_ folder: TemporaryFolder, _ members: String) throws -> PETSidecar {
    try PETSidecar(path: try folder.write("sub-1_pet.json", "{\(members)}"))
  }

  private static func table(_ rows: String) throws -> (weights: BodyWeights, folder: TemporaryFolder) {
    let folder = try TemporaryFolder()
    try folder.write("participants.tsv", rows)
    return (BodyWeights(persons: folder.path + "/participants.tsv"), folder)
  }

  /// What the sidecar says comes before the table, whose ids may lack their prefix.
  @Test func theSidecarComesFirst() throws {
    let (weights, folder) = try Self.table("participant_id\tweight\n1\t60\nsub-2\t70.5\nsub-3\tn/a\n")
    let none = try Self.sidecar(folder, "")
    #expect(weights.findings.isEmpty)
    #expect(
      ["sub-1", "sub-2", "sub-3", "sub-4"].map { weights.weight(of: $0, sidecar: none) } == [60, 70.5, nil, nil])
    #expect(weights.files(of: "sub-1", sidecar: none) == [folder.file("participants.tsv")])
    #expect(weights.files(of: "sub-3", sidecar: none).isEmpty)
    let own = try Self.sidecar(folder, #""BodyWeight": 81"#)
    #expect(weights.weight(of: "sub-1", sidecar: own) == 81 && weights.files(of: "sub-1", sidecar: own).isEmpty)
  }

  /// 2 to 400 kg are weights of persons, in kg or g; every other statement is told.
  @Test(arguments: [
    (#""BodyWeight": 70"#, 70.0 as Double?), (#""BodyWeight": 70000, "BodyWeightUnits": "g""#, 70),
    (#""BodyWeight": 2"#, 2),
    (#""BodyWeight": 400"#, 400), (#""BodyWeight": 1.9"#, nil), (#""BodyWeight": 401"#, nil),
    (#""BodyWeight": 154, "BodyWeightUnits": "lb""#, nil), (#""BodyWeight": "70""#, nil), (#""BodyWeight": -70"#, nil),
  ])
  func statedInASidecar(members: String, kilograms: Double?) throws {
    let folder = try TemporaryFolder()
    let sidecar = try Self.sidecar(folder, members)
    #expect(BodyWeights(persons: folder.path + "/participants.tsv").weight(of: "sub-1", sidecar: sidecar) == kilograms)
    #expect((BodyWeights.finding(sidecar) == nil) == (kilograms != nil))
  }

  @Test(arguments: ["", #""BodyWeight": null"#, #""BodyWeight": "n/a""#, #""BodyWeight": "N/A""#])
  func nothingStatedIsNothingToldOf(members: String) throws {
    #expect(BodyWeights.finding(try Self.sidecar(try TemporaryFolder(), members)) == nil)
  }

  /// A cell that is no number, and a number that is no person's weight in kg (as one in g), leave no weight, and are told.
  @Test(arguments: ["heavy", "70000", "0", "-70"])
  func cellsThatAreNoWeightAreTold(cell: String) throws {
    let (weights, folder) = try Self.table("participant_id\tweight\nsub-1\t\(cell)\nsub-2\t70\n")
    #expect(weights.weight(of: "sub-1", sidecar: try Self.sidecar(folder, "")) == nil)
    #expect(weights.weight(of: "sub-2", sidecar: try Self.sidecar(folder, "")) == 70)
    #expect(weights.findings.map(\.code) == [.bodyWeight] && weights.findings.map(\.value) == [cell])
    #expect(weights.findings.map(\.field) == ["weight of sub-1"])
  }

  @Test func aStudyWithoutATableIsSilent() throws {
    let folder = try TemporaryFolder()
    #expect(BodyWeights(persons: folder.path + "/participants.tsv").findings.isEmpty)
    try folder.write("participants.tsv", "name\tweight\nsub-1\t70\n")
    #expect(BodyWeights(persons: folder.path + "/participants.tsv").findings.map(\.code) == [.participants])
  }
}
