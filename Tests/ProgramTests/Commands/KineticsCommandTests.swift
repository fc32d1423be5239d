import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// Plasma models, several models side by side and comparison on the command line.
struct KineticsCommandTests {
  private let folder: TemporaryFolder
  private let scan: ReferenceScan

  init() throws {
    folder = try TemporaryFolder()
    scan = try ReferenceScan()
  }

  /// Curves of the scan's two regions, and its input, as files.
  private func study() throws -> (curves: String, input: String) {
    let columns = [
      scan.twoTissue(k1: 0.3, k2: 0.06, vB: 0.05), scan.twoTissue(k1: 0.3, k2: 0.15, k3: 0.06, k4: 0.03, vB: 0.05),
    ]
    var text = "frame_start\tframe_end\tone\ttwo\n"
    for i in scan.frames.starts.indices {
      text += "\(scan.frames.starts[i])\t\(scan.frames.ends[i])\t\(columns[0][i])\t\(columns[1][i])\n"
    }
    let plasma = try scan.plasmaInput()
    var input = "time\twhole_blood_radioactivity\tAIF\n"
    for i in plasma.times.indices {
      input += "\(plasma.times[i])\t\(plasma.wholeBlood?[i] ?? 0)\t\(plasma.parent[i])\n"
    }
    return (try folder.write("a_tacs.tsv", text), try folder.write("a_inputfunction.tsv", input))
  }

  @Test func plasmaModelsFromFiles() throws {
    let (curves, input) = try study()
    let run = try Program.run(["fit", curves, "--model", "2TCM", "--input", input])
    #expect(run.status == 0)
    let values = try column(run.output, "VT").compactMap(Double.init)
    #expect(abs(values[0] / 5 - 1) < 1e-6 && abs(values[1] / 6 - 1) < 1e-6)
    // Without a sidecar the units are taken for granted, and that is said.
    #expect(run.errors.contains("the unit is not stated"))
  }

  /// bloodstream writes `"Bq"` in a list of one and PMOD its units behind the names, in minutes.
  @Test func inputsOfOthers() throws {
    let (curves, input) = try study()
    let lines = try String(contentsOfFile: input, encoding: .utf8).split(separator: "\n").dropFirst()
      .map { $0.split(separator: "\t").compactMap { Double($0) } }
    func table(_ head: String, _ row: ([Double]) -> [Double]) -> String {
      let rows = lines.map { row($0).map { "\($0)" }.joined(separator: "\t") }
      return ([head] + rows).joined(separator: "\n")
    }
    let expected = try column(Program.run(["fit", curves, "--model", "2TCM", "--input", input]).output, "VT")
    let stream = try folder.write(
      "b_inputfunction.tsv",
      table("time\twhole_blood_radioactivity\tAIF") { [$0[0], $0[1] * 1000, $0[2] * 1000] })
    try folder.write(
      "b_inputfunction.json",
      #"{"time":{"Units":["s"]},"whole_blood_radioactivity":{"Units":["Bq"]},"AIF":{"Units":["Bq"]}}"#)
    let pmod = try folder.write(
      "c.bld",
      table("sample-time[minutes]\tplasma[kBq/cc]\twhole-blood[kBq/cc]") { [$0[0] / 60, $0[2], $0[1]] })
    for path in [stream, pmod] {
      let run = try Program.run(["fit", curves, "--model", "2TCM", "--input", path])
      #expect(run.status == 0, "\(run.errors)")
      for (a, b) in zip(try column(run.output, "VT"), expected) {
        #expect(abs((Double(a) ?? 0) / (Double(b) ?? 1) - 1) < 1e-9)
      }
    }
  }

  @Test func wrongInputFunction() throws {
    let (curves, input) = try study()
    try refused(["fit", curves, "--model", "2TCM"], 65, "arterial input")
    try refused(["fit", curves, "--model", "SRTM"], 64, "--reference")
    try refused(["fit", curves, "--model", "2TCM", "--input", curves], 65, "time")
    let text = try String(contentsOfFile: input, encoding: .utf8)
    let lines = text.split(separator: "\n").map(String.init)
    let swapped = try folder.write(
      "swapped.tsv", ([lines[0], lines[5], lines[4]] + lines[6...]).joined(separator: "\n"))
    try refused(
      ["fit", curves, "--model", "MA1", "--input", swapped], 65, "swapped.tsv", "line 3", "does not come after")
    let plain = try folder.write(
      "plain.tsv",
      lines.map {
        $0.split(separator: "\t").enumerated().filter { $0.offset != 1 }.map(\.element).joined(separator: "\t")
      }
      .joined(separator: "\n"))
    try refused(["fit", curves, "--model", "1TCM", "--input", plain], 65, "whole blood", "--vb 0")
    #expect(try Program.run(["fit", curves, "--model", "1TCM", "--input", plain, "--vb", "0"]).status == 0)
    try refused(["fit", curves, "--model", "1TCM", "--input", input, "--vb", "2"], 64, "--vb")
    try refused(["fit", curves, "--model", "SUV"], 65, "dose")
    try refused(["fit", curves, "--model", "SUV", "--dose", "300"], 64, "--body-weight")
  }

  /// A curve without activity, one with a hole, one with a negative dip: a status each, no wrong number.
  @Test func curvesThatCannotBeFitted() throws {
    let (curves, input) = try study()
    let lines = try String(contentsOfFile: curves, encoding: .utf8).split(separator: "\n").map(String.init)
    let text = lines.enumerated().map { i, line in
      line + "\t" + (i == 0 ? "zero\thole" : "0\t\(i == 12 ? "n/a" : "5")")
    }.joined(separator: "\n")
    let table = try folder.write("odd_tacs.tsv", text)
    let run = try Program.run(["fit", table, "--model", "2TCM", "--input", input])
    #expect(run.status == 0)
    #expect(try column(run.output, "status").suffix(2) == ["noSignal", "noSignal"])
    #expect(try column(run.output, "VT").suffix(2) == ["n/a", "n/a"])
    let few = try folder.write("few_tacs.tsv", lines.prefix(5).joined(separator: "\n"))
    try refused(["fit", few, "--model", "2TCM", "--input", input], 65, "4 frames are left for the 5 parameters")
  }

  @Test func modelsSideBySide() throws {
    let (curves, input) = try study()
    let run = try Program.run(["fit", curves, "--model", "1TCM,2TCM,Logan", "--input", input, "--tstar", "30"])
    #expect(run.status == 0)
    #expect(try column(run.output, "model") == ["1TCM", "2TCM", "Logan", "1TCM", "2TCM", "Logan"])
    // A plot's residuals are another quantity.
    #expect(try column(run.output, "delta-aic")[2] == "n/a")
    #expect(try column(run.output, "delta-aic")[4] == "0")
  }

  @Test func truncationAndBootstrap() throws {
    let (curves, input) = try study()
    let cut = try Program.run(["fit", curves, "--model", "2TCM", "--input", input, "--truncation", "40,60"])
    #expect(cut.status == 0, "\(cut.errors)")
    #expect(try column(cut.output, "end-min") == ["40", "60", "90", "40", "60", "90"])
    let drawn = ["fit", curves, "--model", "1TCM", "--input", input, "--bootstrap", "20", "--seed", "4"]
    let first = try Program.run(drawn)
    #expect(first.status == 0)
    #expect(try first.output == Program.run(drawn).output)
    #expect(try column(first.output, "VT-boot-se").count == 2)
  }

  @Test func tablesAreCompared() throws {
    let ours = try folder.write("a.tsv", "region\tBPND\tBPND-se\tVT\nLeft-Caudate\t2\t0.1\t5\nPutamen\t3\t0.1\t6\n")
    // petfit's spelling, with relative errors.
    let theirs = try folder.write(
      "b.tsv",
      "pet\tregion\tBPnd\tBPnd-se\tVt\treduced_chisq\nx\tleft_caudate\t2.01\t0.05\t5\t1\nx\tPutamen\t3.3\t0.05\t6\t1\n")
    let near = try Program.run(["compare", ours, theirs, "--parameters", "VT"])
    #expect(near.status == 0)
    let far = try Program.run(["compare", ours, theirs])
    #expect(far.status == 1 && far.errors.contains("BPND: 1 of 2 regions within"))
    #expect(try column(far.output, "within") == ["yes", "yes", "no", "yes"])
    #expect(try Program.run(["compare", ours, theirs, "--errors", "4"]).status == 0)
    try refused(["compare", ours, folder.write("c.tsv", "region\tfoo\nA\t1\n")], 65, "share no parameter")
    try refused(["compare", ours, theirs, "--parameters", "Ki"], 64, "Ki")
    let endless = try folder.write("d.tsv", "region\tBPND\nLeft-Caudate\tinf\nPutamen\t3\n")
    #expect(try Program.run(["compare", endless, ours]).status == 1)
    let slip = try folder.write("e.tsv", "region\tBPND\nLeft-Caudate\t2,1\nPutamen\t3\n")
    try refused(["compare", ours, slip], 65, "line 2", "2,1")
  }

  /// A link gives its place and what it leads to stays; pipes and names of open files are not replaced.
  @Test func outputsReplaceRegularFilesOnly() throws {
    let (curves, input) = try study()
    let fit = ["fit", curves, "--model", "MA1", "--input", input, "--out"]
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    try refused(fit + [pipe], 73, "pipe", "not a regular file")
    var status = stat()
    #expect(lstat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    let target = try folder.write("target.txt", "x")
    let link = folder.file("link.txt")
    #expect(symlink(target, link) == 0)
    #expect(try Program.run(fit + [link]).status == 0)
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFREG)
    #expect(try String(contentsOfFile: link, encoding: .utf8).hasPrefix("region"))
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "x")
    // Names of open files are the system's.
    let shell = URL(fileURLWithPath: "/bin/sh")
    let redirected = folder.file("redirected.txt")
    for name in ["/dev/stderr", "/dev/fd/2"] {
      let command = ([Program.executable.path] + fit + [name]).map { "'\($0)'" }.joined(separator: " ")
      let run = try Program.run(shell, ["-c", "\(command) 2> '\(redirected)'"])
      #expect(run.status == 73, "\(name) \(run.status)")
    }
    let told = try Program.run(fit + ["/dev/stdout"])
    #expect(told.status == 0 && told.output.hasPrefix("region"))
    // A table without its sidecar would have no units.
    try FileManager.default.createDirectory(atPath: folder.file("o.json"), withIntermediateDirectories: false)
    try refused(fit + [folder.file("o.tsv")], 73, "o.json")
    #expect(!FileManager.default.fileExists(atPath: folder.file("o.tsv")))
  }

  @Test(arguments: ["kinfitr-2", "duration", "counts"])
  func weightSchemes(scheme: String) throws {
    let (curves, input) = try study()
    let run = try Program.run([
      "fit", curves, "--model", "2TCM", "--input", input, "--weights", scheme, "--isotope", "C11", "--weight-floor",
      "0.3",
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(abs((Double(try column(run.output, "VT")[1]) ?? 0) / 6 - 1) < 1e-6)
  }

  /// A study of two tracers with blood, from curves of a derivative to the balance of VT.
  @Test func studyWithBlood() throws {
    let (curves, input) = try study()
    let blood = try String(contentsOfFile: input, encoding: .utf8).split(separator: "\n").dropFirst().map { line in
      let cells = line.split(separator: "\t")
      return "\(cells[0])\t\(cells[1])\t\(cells[2])\t1"
    }
    let frames = scan.frames
    try folder.write("study/dataset_description.json", #"{"Name":"x","BIDSVersion":"1.10.0"}"#)
    try folder.write("study/derivatives/prep/dataset_description.json", #"{"Name":"prep","BIDSVersion":"1.10.0"}"#)
    for (label, name) in [("rac", "[11C]raclopride"), ("dasb", "[11C]DASB")] {
      let stem = "sub-1/pet/sub-1_trc-\(label)"
      try folder.write(
        "study/\(stem)_pet.json",
        #"{"TracerName":"\#(name)","TracerRadionuclide":"C11","Units":"kBq/mL","ImageDecayCorrected":true,"#
          + #""FrameTimesStart":\#(frames.starts),"FrameDuration":\#(frames.durations)}"#)
      try folder.write("study/\(stem)_recording-manual_blood.json", InputCommandTests.units)
      try folder.write(
        "study/\(stem)_recording-manual_blood.tsv", InputCommandTests.header + blood.joined(separator: "\n") + "\n")
      try folder.write(
        "study/derivatives/prep/\(stem)_desc-x_tacs.tsv", Data(contentsOf: URL(fileURLWithPath: curves)))
      try folder.write(
        "study/derivatives/prep/\(stem)_desc-x_tacs.json", #"{"Units":"kBq/mL","ImageDecayCorrected":true}"#)
    }
    let pipeline = try folder.write(
      "mine.yaml",
      """
      name: blood
      read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
      input: {aif: interpolation}
      models: {dopamine: {model: 2TCM, vb: fit}, serotonin: {model: MA1, vb: 0.05, tstar: 45}}
      balance: {measure: VT}
      """)
    let out = folder.file("out")
    let run = try Program.run(["run", folder.file("study"), out, "--pipeline", pipeline])
    #expect(run.status == 0, "\(run.errors)")
    let table = try TSVTable(path: out + "/sub-1/pet/sub-1_trc-rac_model-2TCM_kinpar.tsv")
    let value = try table.number(1, try table.required("VT"))
    #expect(abs(value / 6 - 1) < 1e-3, "\(value)")
    #expect(FileManager.default.fileExists(atPath: out + "/sub-1/pet/sub-1_trc-dasb_inputfunction.tsv"))
    let balance = try String(contentsOfFile: out + "/group_balance.tsv", encoding: .utf8)
    #expect(try column(balance, "ratio").compactMap(Double.init).allSatisfy { abs($0 - 1) < 0.05 }, "\(balance)")
    // Without blood the scan is a row of failures that says what it needs.
    try FileManager.default.removeItem(
      atPath: folder.file("study/sub-1/pet/sub-1_trc-rac_recording-manual_blood.tsv"))
    let missing = try Program.run(["run", folder.file("study"), folder.file("out2"), "--pipeline", pipeline])
    #expect(missing.status == 1)
    #expect(try String(contentsOfFile: folder.file("out2/failures.tsv"), encoding: .utf8).contains("arterial input"))
  }
}
