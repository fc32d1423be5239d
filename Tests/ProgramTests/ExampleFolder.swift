import Foundation
import PETCore
import PETTestSupport

/// A folder in which the names that examples use lead to something: `STUDY`, its run `OUT`, `DIR` with scans that are no BIDS
/// dataset, pipelines, tables and curves.
struct ExampleFolder {
  private let folder: TemporaryFolder
  private let files = FileManager.default

  /// - Parameter name: of one copy.
  private func path(_ name: String) -> String { folder.file(name) }

  init() throws {
    folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.05, participants: 6)
    try make("plain", study)
    let table = try OwnFoldersTests.lab(study, in: folder)
    try files.copyItem(atPath: (table as NSString).deletingLastPathComponent, toPath: path("plain/DIR"))
    try sessions(study)
    try blood(study)
  }

  /// A working folder of a study: the study, its run, and what examples name beside them.
  private func make(_ name: String, _ study: String, pipeline: String = PlainPipeline.path) throws {
    let root = path(name)
    try files.createDirectory(atPath: root, withIntermediateDirectories: true)
    try files.copyItem(atPath: study, toPath: root + "/STUDY")
    let persons = try Folder.names(study).filter { $0.hasPrefix("sub-") }
    var table = "participant_id\tage\tsex\tdiagnosis\tgroup\tbdi_total\n"
    for (place, person) in persons.enumerated() {
      let isPatient = place % 2 == 1
      table += "\(person)\t\(30 + 7 * place)\t\(place % 3 == 0 ? "F" : "M")\t\(isPatient ? "patient" : "control")\t"
      table += "\(place < 5 ? "control" : "patient")\t\(5 + 3 * place)\n"
    }
    for place in ["STUDY/participants.tsv", "participants.tsv"] { try folder.write("\(name)/\(place)", table) }
    try folder.write("\(name)/mine.yaml", PlainPipeline.text)
    let grid = PlainPipeline.text.replacing("{model: SRTM,", with: "{model: [SRTM, MRTM1],")
    try folder.write("\(name)/grid.yaml", grid)
    try files.createSymbolicLink(atPath: root + "/SampleData", withDestinationPath: Program.sampleData)
    for arguments in [
      ["run", "STUDY", "OUT", "--pipeline", pipeline, "--quiet"],
      ["plan", "STUDY", "NEW", "--pipeline", "mine.yaml", "--out", "plan.tsv"],
    ] { try run(arguments, in: root) }
    let scan = study + "/sub-01/pet/sub-01_trc-RAC_pet"
    guard files.fileExists(atPath: scan + ".json") else { return }
    for ending in [".nii.gz", ".json"] {
      try files.copyItem(atPath: scan + ending, toPath: root + "/sub-01_trc-RAC_pet" + ending)
    }
    let labels = study + "/derivatives/segmentation/sub-01/anat/sub-01_dseg"
    for ending in [".nii.gz", ".tsv"] { try files.copyItem(atPath: labels + ending, toPath: root + "/dseg" + ending) }
  }

  /// Two sessions of everybody, and tables of one person before and after.
  private func sessions(_ study: String) throws {
    let twice = path("twice-study")
    try files.copyItem(atPath: study, toPath: twice)
    for person in try Folder.names(study).filter({ $0.hasPrefix("sub-") }) {
      for session in ["before", "after"] {
        for name in try Folder.names("\(study)/\(person)/pet") {
          let other = name.replacing("\(person)_", with: "\(person)_ses-\(session)_")
          let to = "\(twice)/\(person)/ses-\(session)/pet"
          try files.createDirectory(atPath: to, withIntermediateDirectories: true)
          try files.copyItem(atPath: "\(study)/\(person)/pet/\(name)", toPath: "\(to)/\(other)")
        }
      }
      try files.removeItem(atPath: "\(twice)/\(person)/pet")
    }
    try make("sessions", twice)
    let root = path("sessions")
    for session in ["before", "after"] {
      for name in try Folder.tree("\(root)/OUT/sub-01") where name.contains("_ses-\(session)_") {
        for kind in ["balance", "kinpar"] where name.contains(kind == "kinpar" ? "DASB_model" : "_balance") {
          for ending in [".tsv", ".json"] where name.hasSuffix(kind + ending) {
            try files.copyItem(
              atPath: "\(root)/OUT/sub-01/\(name)", toPath: "\(root)/\(session)_\(kind)\(ending)")
          }
        }
      }
    }
  }

  /// A study with arterial samples of every scan.
  private func blood(_ study: String) throws {
    let rows =
      "0\t0\t0\t1\n20\t60\t66\t1\n40\t40\t45\t0.98\n60\t28\t31\t0.95\n120\t16\t18\t0.85\n600\t6\t6.6\t0.5\n"
      + "1800\t3\t3.4\t0.3\n3600\t2\t2.3\t0.2\n5400\t1.6\t1.8\t0.15\n"
    let place = path("blood-study")
    try files.copyItem(atPath: study, toPath: place)
    var stems = try Folder.tree(place).filter { $0.hasSuffix("_pet.json") }.map { "blood-study/\($0.dropLast(9))" }
    try make("blood", place)
    stems = stems.map { $0.replacing("blood-study", with: "blood/STUDY") } + ["blood/sub-01"]
    for stem in stems {
      try folder.write(stem + "_recording-manual_blood.tsv", InputCommandTests.header + rows)
      try folder.write(stem + "_recording-manual_blood.json", InputCommandTests.units)
    }
    let root = path("blood")
    try run(["input", "sub-01_recording-manual_blood.tsv", "--out", "sub-01_inputfunction.tsv"], in: root)
    for ending in [".tsv", ".json"] {
      try files.copyItem(
        atPath: "\(root)/OUT/sub-01/pet/sub-01_trc-RAC_seg-auto_tacs\(ending)", toPath: "\(root)/sub-01_tacs\(ending)")
    }
  }

  private func run(_ arguments: [String], in root: String) throws {
    let outcome = try shell(([Program.executable.path] + arguments).map { "'\($0)'" }.joined(separator: " "), in: root)
    if outcome.status != 0 {
      throw PETError(.internalFault, field: arguments[0], outcome.errors, remedy: "see the test")
    }
  }

  private func shell(_ line: String, in root: String) throws -> Program.Outcome {
    let path = Program.executable.deletingLastPathComponent().path + ":/usr/local/bin:/usr/bin:/bin"
    return try Program.run(
      URL(fileURLWithPath: "/bin/bash"), ["-c", "cd '\(root)' && \(line)"],
      environment: ["PATH": path, "BROWSER": "/bin/true", "DISPLAY": "", "COLUMNS": "100"])
  }

  /// Runs a line as it stands, in a copy of the folder that has what it names.
  func run(line: String) throws -> Program.Outcome {
    let words = ["before": "sessions", "plasma": "blood", "_blood": "blood", "inputfunction": "blood"]
    let kind = words.first { line.contains($0.key) }?.value ?? "plain"
    let copy = try TemporaryFolder()
    try files.removeItem(atPath: copy.path)
    try files.copyItem(atPath: path(kind), toPath: copy.path)
    // A run begins with a folder of its own; what joins its tables does not.
    if (line.hasPrefix("petbalance run") && !line.contains(" group ")) || line.contains("multiverse") {
      try files.removeItem(atPath: copy.file("OUT"))
    }
    // As a table that is proposed does.
    if line.contains("petbalance scans") { try files.removeItem(atPath: copy.file("DIR/scans.tsv")) }
    return try shell(line, in: copy.path)
  }
}
