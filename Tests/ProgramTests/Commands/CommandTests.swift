import Foundation
import PETCore
import PETTestSupport
import Testing

/// The command line as a user meets it: exit codes, one line an error, nothing half-written.
struct CommandTests {
  private static let commands = [
    "run", "info", "regions", "tacs", "input", "fit", "compare", "balance", "models", "tracers", "pipelines",
    "simulate",
  ]

  /// The usage line names the command once; an example names it again.
  @Test(arguments: commands)
  func helpHasAnExample(command: String) throws {
    let help = try Program.run([command, "--help"])
    let words = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(help.status == 0 && words.ranges(of: "petbalance \(command)").count >= 2)
  }

  private static let curves =
    "frame_start\tframe_end\tA\tB\n0\t30\t1\t2\n30\t60\t2\t3\n60\t90\t3\t3\n90\t150\t3\t2\n150\t300\t2\t1\n"

  @Test func usage() throws {
    try refused(["nonsense"], 64, "nonsense")
    try refused(["fit", "x.tsv"], 64, "--model")
    try refused(["balance", "--dopamine", "x"], 64, "--serotonin")
    let folder = try TemporaryFolder()
    let table = try folder.write("a.tsv", Self.curves)
    try refused(["fit", table, "--model", "SRTMM", "--reference", "B"], 64, "SRTMM", "did you mean 'SRTM'?")
    try refused(["fit", table, "--model", "SRTM", "--reference", "B", "--bounds", "BPNDD=0:1"], 64, "BPND")
  }

  @Test func missingInput() throws {
    try refused(["info", "/no/such.nii"], 66, "/no/such.nii", "no such file")
    let folder = try TemporaryFolder()
    try refused(["run", "/no/study", folder.file("out"), "--pipeline", "suvr"], 66, "/no/study")
    var raw = RawNIfTI()
    raw.store([1, 1, 1, 1, 0, 0, 0, 0], as: 4)
    let labels = try folder.write("labels.nii", raw.data)
    raw.dims = [4, 2, 2, 2, 2, 1, 1, 1]
    raw.store((1...16).map(Double.init), as: 16)
    let scan = try folder.write("sub-1_pet.nii", raw.data)
    try refused(["tacs", scan, "--labels", labels], 66, "sidecar")
  }

  @Test func wrongInput() throws {
    let folder = try TemporaryFolder()
    let ragged = try folder.write("ragged.tsv", "frame_start\tframe_end\tA\n0\t10\n")
    try refused(["fit", ragged, "--model", "SRTM", "--reference", "A"], 65, "ragged.tsv: line 2", "3 columns")
    let table = try folder.write("a.tsv", Self.curves)
    try refused(["fit", table, "--model", "SRTM", "--reference", "C"], 65, "'C'")
    try refused(
      ["fit", table, "--model", "LoganRef", "--reference", "B", "--k2prime", "0.1", "--tstar", "4"], 65, "t*")
    var raw = RawNIfTI()
    raw.store([1, 1, 1, 1, 0, 0, 0, 0], as: 4)
    raw.sform[3] = 900
    let far = try folder.write("far.nii", raw.data)
    raw.sform[3] = -2
    let map = try folder.write("map.nii", raw.data)
    try refused(["regions", map, "--labels", far], 65, "far.nii", "affine", "no labelled voxel")
    raw.dims = [4, 2, 2, 2, 2, 1, 1, 1]
    raw.store((1...16).map(Double.init), as: 16)
    let scan = try folder.write("sub-1_pet.nii", raw.data)
    try folder.write(
      "sub-1_pet.json",
      #"{"FrameTimesStart": [0, 10, 20], "FrameDuration": [10, 10, 10], "Units": "Bq/mL", "ImageDecayCorrected": true}"#
    )
    try refused(["tacs", scan, "--labels", map], 65, "2 frames", "3")
    let pipeline = try folder.write("p.yaml", "name: x\nreed: {}\n")
    let run = try Program.run(["run", Program.sampleData, folder.file("out"), "--pipeline", pipeline])
    #expect(run.status == 65 && run.errors.contains("p.yaml:2:1: reed: unknown key; did you mean 'read'?"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
  }

  @Test func cannotWrite() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("in-the-way", "x")
    try refused(["run", Program.sampleData, file, "--pipeline", "suvr"], 73, "in-the-way")
    try refused(["run", Program.sampleData, "/proc/none", "--pipeline", "suvr"], 73, "/proc/none")
    let table = try folder.write("a.tsv", Self.curves)
    try refused(
      ["fit", table, "--model", "SUVR", "--reference", "B", "--start", "1", "--out", folder.file("none/x.tsv")], 73,
      "none/x")
    try refused(["run", Program.sampleData, Program.sampleData, "--pipeline", "suvr"], 64, "input dataset")
    try refused(["simulate", folder.path], 73, "not empty")
  }

  /// A full device ends with one line, not a trap; with nobody to read the progress the work is done all the same.
  @Test func fullDevices() throws {
    let shell = URL(fileURLWithPath: "/bin/sh")
    let program = Program.executable.path
    let full = try Program.run(shell, ["-c", "'\(program)' models > /dev/full"])
    #expect(full.status == 73 && full.errors.split(separator: "\n").count == 1, "\(full.errors)")
    let folder = try TemporaryFolder()
    let out = folder.file("out")
    let silent = try Program.run(
      shell, ["-c", "'\(program)' run '\(Program.sampleData)' '\(out)' --pipeline raclopride-dasb 2> /dev/full"])
    #expect(silent.status == 0 && FileManager.default.fileExists(atPath: out + "/group_balance.tsv"))
    let limited = try Program.run(
      shell,
      ["-c", "ulimit -f 8; '\(program)' run '\(Program.sampleData)' '\(folder.file("small"))' --pipeline suvr --quiet"])
    #expect([1, 73].contains(limited.status), "\(limited.status) \(limited.errors)")
  }

  /// What a command reads it never writes over.
  @Test func inputsAreNotWrittenOver() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write("a.tsv", Self.curves)
    try refused(
      ["fit", table, "--model", "SUVR", "--reference", "B", "--start", "1", "--out", table], 64, "a.tsv", "reads")
    let pet = Program.sampleData + "/sub-01/pet/sub-01_trc-RAC_pet"
    let labels = Program.sampleData + "/derivatives/segmentation/sub-01/anat/sub-01_dseg.nii.gz"
    try refused(["tacs", pet + ".nii.gz", "--labels", labels, "--out", pet + ".tsv"], 64, "_pet.json")
    #expect(!FileManager.default.fileExists(atPath: pet + ".tsv"))
  }

  @Test func oddArguments() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write("a.tsv", Self.curves)
    try refused(["fit", table, "--model", "SRTM", "--reference", "B", "--bounds", ""], 64, "bounds")
    try refused(["fit", table, "--model", "SRTM", "--reference", "B", "--bounds", "k2a=0:1"], 64, "k2a")
    try refused(["fit", table, "--model", "MRTM1", "--reference", "B", "--tstar", "nan"], 64, "tstar")
    try refused(["run", Program.sampleData, "", "--pipeline", "suvr"], 64, "empty")
    let twice = try folder.write("b.tsv", "frame_start\tframe_end\tA-B\tab\n0\t30\t1\t2\n")
    try refused(["fit", twice, "--model", "SUVR", "--reference", "ab"], 65, "one region's name")
  }

  @Test func cannotRead() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.file("pipe.nii"), 0o600) == 0)
    try refused(["info", folder.file("pipe.nii")], 74, "named pipe")
    let locked = try folder.write("locked.tsv", Self.curves)
    chmod(locked, 0)
    // Root may read anything: then there is nothing to refuse.
    if getuid() != 0 { try refused(["fit", locked, "--model", "SUVR", "--reference", "B"], 74, "permission") }
  }

  /// Control characters of a file name do not reach the terminal.
  @Test func namesAreEscaped() throws {
    let run = try Program.run(["info", "/no/\u{1b}[31m.nii"])
    #expect(run.status == 66 && !run.errors.contains("\u{1b}") && run.errors.contains("\\u{1b}"))
  }

  @Test func boundsAndWindowsAreTaken() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write("a.tsv", Self.curves)
    let run = try Program.run(["fit", table, "--model", "SUVR", "--reference", "B", "--start", "1", "--end", "5"])
    let result = try TSVTable(text: run.output, file: "out")
    // Frames 60-90, 90-150, 150-300 s: (30 x 3 + 60 x 3 + 150 x 2)/(30 x 3 + 60 x 2 + 150 x 1).
    #expect(try abs(result.number(0, try result.required("SUVR")) - 570.0 / 360) < 1e-12)
    #expect(result.rows[1][try result.required("note")].hasPrefix("the reference region itself"))
  }

  @Test func catalogues() throws {
    for command in ["models", "tracers", "pipelines"] {
      for format in ["table", "tsv", "json", "markdown"] {
        let run = try Program.run([command, "--format", format])
        #expect(run.status == 0 && run.output.count > 100, "\(command) \(format)")
      }
    }
    #expect(try Program.run(["pipelines", "suvr"]).output.contains("name: suvr"))
  }
}

/// Published maps against tables that other programs computed.
@Suite(.enabled(if: SharedMaterial.has("validation/receptor-maps"), "the receptor maps are not beside this checkout"))
struct PublishedMapsTests {
  static let folder = SharedMaterial.path("validation/receptor-maps")
  static let methods = [("label_to_map_nn", "labels-to-image"), ("map_to_label_trilinear", "image-to-labels")]
  static let segmentation = [
    "--labels", folder + "/m_labels_Neuromorphometrics.nii.gz", "--names", folder + "/labels-neuromorphometrics.tsv",
  ]

  private func close(_ ours: String, _ expected: String) -> Bool {
    guard let a = Double(ours), let b = Double(expected) else {
      return ours == expected || (ours == "n/a" && Double(expected) == nil)
    }
    return abs(a - b) <= 1e-6 * max(abs(b), 1e-5)
  }

  @Test(arguments: ["expected-regions.tsv", "expected-variant_D2_oblique.tsv"])
  func regions(file: String) throws {
    let expected = try TSVTable(path: Self.folder + "/" + file)
    let pairs = [
      ("n", "voxels"), ("n_outside", "outside"), ("n_nonfinite", "nonfinite"), ("n_bg", "background"), ("mean", "mean"),
      ("sd", "sd"), ("median", "median"), ("p5", "p5"), ("p95", "p95"), ("min", "min"), ("max", "max"),
    ]
    for map in Set(expected.rows.map { $0[0] }).sorted() {
      for (method, sampling) in Self.methods {
        let run = try Program.run(
          ["regions", "\(Self.folder)/\(map).nii.gz", "--sampling", sampling] + Self.segmentation)
        #expect(run.status == 0, "\(run.errors)")
        let table = try TSVTable(text: run.output, file: map)
        let rows = Dictionary(uniqueKeysWithValues: table.rows.map { ($0[0], $0) })
        for row in expected.rows where row[0] == map && row[1] == method {
          let ours = try #require(rows[row[2]])
          for (theirs, name) in pairs {
            let a = ours[try table.required(name)]
            let b = row[try expected.required(theirs)]
            #expect(close(a, b), "\(map) \(method) \(row[3]) \(name): \(a) for \(b)")
          }
        }
      }
    }
  }

  /// Left and right of every map, matched by name.
  @Test func asymmetries() throws {
    let expected = try TSVTable(path: Self.folder + "/expected-asymmetry.tsv")
    let maps = Set(expected.rows.map { $0[0] }).sorted()
    var compared = 0
    for (method, sampling) in Self.methods {
      // Two maps at a time.
      for pair in [[maps[0], maps[1]], [maps[2], maps[3]]] {
        let run = try Program.run(
          [
            "balance", "--numerator-map", "\(Self.folder)/\(pair[0]).nii.gz", "--denominator-map",
            "\(Self.folder)/\(pair[1]).nii.gz", "--sampling", sampling, "--systems", "first/second",
          ] + Self.segmentation)
        #expect(run.status == 0, "\(run.errors)")
        let table = try TSVTable(text: run.output, file: "out")
        let rows = Dictionary(uniqueKeysWithValues: table.rows.map { ($0[0], $0) })
        for row in expected.rows where pair.contains(row[0]) && row[1] == method {
          let column = try table.required(row[0] == pair[0] ? "first-asymmetry" : "second-asymmetry")
          for label in [row[3], row[4]] {
            let ours = try #require(rows[label])[column]
            #expect(close(ours, row[7]), "\(row[0]) \(row[2]): \(ours) for \(row[7])")
            compared += 1
          }
        }
      }
    }
    #expect(compared == 2 * 2 * 4 * 58)
  }

  /// Maps that were rescaled to 0-100 are not called BPND; in units of their own they may be.
  @Test func rescaledMapsAreNotBindingPotentials() throws {
    let maps = ["--dopamine-map", Self.folder + "/D2_RACLOPRIDE_c11.nii.gz"]
    let run = try Program.run(
      ["balance", "--serotonin-map", Self.folder + "/SERT_DASB_HC30.nii.gz", "--measure", "BPND"] + maps
        + Self.segmentation)
    #expect(run.status == 65 && run.output.isEmpty && run.errors.contains("is no map of BPND"))
    let native = Self.folder + "/VAChT_feobv_hc4_tuominen.nii.gz"
    let other = try Program.run(
      ["balance", "--numerator-map", native, "--denominator-map", native, "--measure", "SUVR"] + Self.segmentation)
    #expect(other.status == 0, "\(other.errors)")
  }

  @Test func ratiosAndFlags() throws {
    let expected = try TSVTable(path: Self.folder + "/expected-ratios.tsv")
    for pair in Set(expected.rows.map { [$0[0], $0[1]] }) {
      for (method, sampling) in Self.methods {
        let run = try Program.run(
          [
            "balance", "--dopamine-map", "\(Self.folder)/\(pair[0]).nii.gz", "--serotonin-map",
            "\(Self.folder)/\(pair[1]).nii.gz", "--sampling", sampling, "--reference", "Cerebellum Exterior",
          ] + Self.segmentation)
        #expect(run.status == 0, "\(run.errors)")
        let table = try TSVTable(text: run.output, file: "out")
        let rows = Dictionary(uniqueKeysWithValues: table.rows.map { ($0[0], $0) })
        for row in expected.rows where row[0] == pair[0] && row[1] == pair[1] && row[2] == method {
          let ours = try #require(rows[row[3]])
          // Theirs stands also where nothing is left of the denominator; ours is n/a there.
          let isAbove = (Double(row[try expected.required("refsub_den")]) ?? 0) > 0
          let ratio = ours[try table.required("refsub-ratio")]
          #expect(isAbove ? close(ratio, row[try expected.required("refsub_ratio")]) : ratio == "n/a")
          for (theirs, name) in [("flags", "flags"), ("refsub_flags", "refsub-flags")] {
            let words = ours[try table.required(name)].replacing(" ", with: ",")
            #expect(words == row[try expected.required(theirs)], "\(row[4]) \(name) \(words)")
          }
          for (theirs, name) in [
            ("ratio", "ratio"), ("log2_ratio", "log2-ratio"), ("den_bg_fraction", "den-background-fraction"),
            ("z_diff", "z-difference"), ("refsub_num", "refsub-dopamine"), ("refsub_den", "refsub-serotonin"),
          ] {
            #expect(close(ours[try table.required(name)], row[try expected.required(theirs)]))
          }
        }
      }
    }
  }
}
