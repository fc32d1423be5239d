import Foundation
import PETCore
import PETTestSupport
import Testing

/// The window of ratio models is never the whole scan in silence.
struct WindowTests {
  private static let frames = [0, 60, 90, 150, 300, 600]

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A scan of two regions whose ratio falls from 3 to 2, from one of its frames on.
  private func curves(from first: Int = 0, name: String = "a_tacs.tsv") throws -> String {
    var text = "frame_start\tframe_end\tA\tB\n"
    for i in first..<Self.frames.count - 1 {
      text += "\(Self.frames[i])\t\(Self.frames[i + 1])\t\(i < 3 ? 6 : 4)\t2\n"
    }
    return try folder.write(name, text)
  }

  @Test(arguments: ["SUVR", "Equilibrium", "SUV"])
  func wholeScanIsNoWindow(model: String) throws {
    let fit = ["fit", try curves(), "--model", model, "--reference", "B", "--dose", "300", "--body-weight", "70"]
    try refused(fit, 65, "a_tacs.tsv: window: \(model) needs a window", "5 frames up to 10 min", "--start 40 --end 60")
    // Asked for, it is taken.
    let whole = try Program.run(fit + ["--start", "0"])
    #expect(whole.status == 0, "\(whole.errors)")
  }

  /// The one frame of a static scan is its window, and the sidecar says which.
  @Test func staticScan() throws {
    let out = folder.file("out.tsv")
    let run = try Program.run(
      ["fit", try curves(from: 4), "--model", "SUVR", "--reference", "B", "--out", out])
    #expect(run.status == 0, "\(run.errors)")
    let table = try TSVTable(path: out)
    #expect(try table.number(0, try table.required("SUVR")) == 2)
    let window = try JSONValue.readObject(path: folder.file("out.json"))["Window"]
    #expect(window?["Start"]?.double == 5 && window?["End"]?.double == 10)
  }

  private func pipeline(_ models: String, maps: String = "") throws -> String {
    try folder.write(
      "p.yaml",
      """
      name: p
      read: {serotonin: {tracer: DASB}}
      models: {serotonin: \(models)}
      \(maps)
      """)
  }

  /// `run` and `check` say the same of a pipeline without a window; maps may have one of their own.
  @Test func pipelines() throws {
    let ratio = try pipeline("{model: SUVR, reference: cerebellum}")
    let run = try Program.run(["run", Program.sampleData, folder.file("out"), "--pipeline", ratio, "--quiet"])
    #expect(run.status == 1, "\(run.errors)")
    let failures = try TSVTable(path: folder.file("out/failures.tsv"))
    #expect(failures.rows.count > 0)
    for row in failures.rows { #expect(row[try failures.required("field")] == "window", "\(row)") }
    let check = try Program.run(["check", Program.sampleData, "--pipeline", ratio, "--format", "tsv"])
    #expect(check.status == 65 && check.output.contains("fault\twindow-missing"), "\(check.output)")

    let maps = "maps: {model: SUVR, balance: false}"
    let mapped = try pipeline("{model: SRTM, reference: cerebellum}", maps: maps)
    let told = try Program.run(["check", Program.sampleData, "--pipeline", mapped, "--format", "tsv"])
    #expect(told.output.contains("SUVR needs a window"), "\(told.output)")
    let good = try pipeline("{model: SRTM, reference: cerebellum, window: [30, 50]}", maps: maps)
    let quiet = try Program.run(["check", Program.sampleData, "--pipeline", good, "--format", "tsv"])
    #expect(quiet.status == 0 && !quiet.output.contains("window"), "\(quiet.output) \(quiet.errors)")
  }

  /// A usual static scan of the tracer is offered, with its source.
  @Test func usualWindowIsOffered() throws {
    let card = try folder.write(
      "tracers.yaml",
      """
      - id: dasb
        name: "[11C]DASB"
        target: serotonin transporter
        system: serotonin
        isotope: C11
        reference: [cerebellum]
        models: [SUVR]
        usual-scan: {minutes: [40, 60], source: "of this test"}
        sources: [of this test]
      """)
    let text = """
      name: p
      read: {tracers: \(card), serotonin: {tracer: dasb}}
      models: {serotonin: {model: SUVR, reference: cerebellum}}
      """
    let check = try Program.run(
      ["check", Program.sampleData, "--pipeline", try folder.write("q.yaml", text), "--format", "tsv"])
    #expect(check.output.contains("40 to 60 min: of this test"), "\(check.output) \(check.errors)")
  }
}
