import Foundation
import PETCore
import PETPipeline
import PETTestSupport
import Testing

/// Blood tables and pipeline files that are not what they should be: one line with the place, in no time.
struct BadTextTests {
  // MARK: - Blood

  /// One table of blood, and what must be said.
  struct Blood: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let status: Int32
    let words: String
    let rows: String
    var units = "s"
  }

  private static let header = "time\tplasma_radioactivity\twhole_blood_radioactivity\tmetabolite_parent_fraction\n"
  private static let good = "0\t0\t0\t1\n60\t40\t30\t0.9\n600\t9\t7\t0.6\n3600\t2\t2\t0.3\n"

  @Test(arguments: [
    Blood(testDescription: "empty", status: 65, words: "header: the table is empty", rows: ""),
    Blood(testDescription: "no rows", status: 65, words: "no samples", rows: header),
    Blood(
      testDescription: "no time", status: 65, words: "no column 'time'",
      rows: header.replacing("time", with: "t") + good),
    Blood(
      testDescription: "column twice", status: 65, words: "column 'time': the column stands twice",
      rows: header.replacing("plasma_radioactivity", with: "time") + good),
    Blood(
      testDescription: "ragged", status: 65, words: "line 3: 3 cells.* 4 columns",
      rows: header + good.replacing("\t0.9", with: "")),
    Blood(
      testDescription: "infinite", status: 65, words: "line 3, column 'plasma_radioactivity'.*infinite",
      rows: header + good.replacing("\t40", with: "\tinf")),
    Blood(
      testDescription: "infinite time", status: 65, words: "line 4, column 'time'.*infinite",
      rows: header + good.replacing("600\t", with: "inf\t")),
    Blood(
      testDescription: "decimal comma", status: 65,
      words: "line 3, column 'metabolite_parent_fraction': '0,9' is not a number",
      rows: header + good.replacing("0.9", with: "0,9")),
    Blood(
      testDescription: "same time twice", status: 65, words: "line 4: two samples are taken at 60 s",
      rows: header + good.replacing("600", with: "60")),
    Blood(
      testDescription: "n/a time", status: 0, words: "1 rows without a time", rows: header + "n/a\t1\t1\t1\n" + good),
    Blood(
      testDescription: "n/a value", status: 0, words: "plasma_radioactivity.*1 rows without a value",
      rows: header + good + "4000\tn/a\t2\t0.2\n"),
    Blood(
      testDescription: "unsorted", status: 0, words: "line 5.*60 s stands after that at 3600 s",
      rows: header + good.replacing("60\t40\t30\t0.9\n", with: "") + "60\t40\t30\t0.9\n"),
    Blood(
      testDescription: "minutes", status: 0, words: "",
      rows: header + "0\t0\t0\t1\n1\t40\t30\t0.9\n10\t9\t7\t0.6\n60\t2\t2\t0.3\n", units: "min"),
    Blood(
      testDescription: "no unit", status: 65, words: "time.Units: the unit of time is not stated", rows: header + good,
      units: ""),
  ])
  func blood(row: Blood) throws {
    let folder = try TemporaryFolder()
    let name = "sub-01_recording-manual_blood"
    let table = try folder.write(name + ".tsv", row.rows)
    let time = row.units.isEmpty ? "{}" : #"{"Units": "\#(row.units)"}"#
    try folder.write(
      name + ".json",
      #"{"time": \#(time), "plasma_radioactivity": {"Units": "kBq/mL"}, "#
        + #""whole_blood_radioactivity": {"Units": "kBq/mL"}, "metabolite_parent_fraction": {"Units": "unitless"}}"#)
    let out = folder.file("input.tsv")
    let run = try Program.run(["input", table, "--out", out])
    #expect(run.status == row.status, "\(run.errors)")
    #expect(try run.errors.contains(Regex(row.words)), "\(run.errors)")
    if row.status == 0 {
      let input = try TSVTable(path: out)
      let times = try input.rows.indices.map { try input.number($0, try input.required("time")) }
      #expect(times.contains(60) && times.contains(600) && times == times.sorted(), "\(times)")
      return
    }
    #expect(run.errors.split(separator: "\n").count == 1 && run.errors.hasPrefix("petbalance: error: \(folder.path)/"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
  }

  // MARK: - Pipelines

  /// A pipeline's text, and what must be said of it, line by line.
  struct Pipeline: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let words: [String]
    let bytes: Data

    init(_ name: String, _ words: [String], _ bytes: Data) {
      (testDescription, self.words, self.bytes) = (name, words, bytes)
    }
    init(_ name: String, _ words: [String], _ text: String) { self.init(name, words, Data(text.utf8)) }
  }

  private static let shipped = (try? PipelineLoader.text("raclopride-dasb")) ?? ""

  private static let pipelines: [Pipeline] = [
    Pipeline("empty", ["holds no pipeline"], ""),
    Pipeline("tab", [":2:1: not YAML: .*tab"], "name: x\n\tread: y\n"),
    Pipeline("list", ["holds no pipeline"], "- a\n- b\n"),
    Pipeline(
      "cut", [":19:1: not YAML: .*'}'"],
      String(shipped.prefix { $0 != "}" }) + "\n" + String(repeating: "\n", count: 12)),
    Pipeline(
      "key twice", [":7:[0-9]+: name: the key stands twice|name.*twice"],
      shipped.replacing("regions:", with: "name: y\nregions:")),
    Pipeline(
      "unknown key", ["read: the key is missing", ":5:1: rad: .*'read'"], shipped.replacing("\nread:", with: "\nrad:")),
    Pipeline(
      "three faults", ["tracer: the key is missing", "tracr.*'tracer'", "SRTN.*'SRTM'", "level"],
      shipped.replacing("{tracer: raclopride}", with: "{tracr: raclopride}").replacing(
        "model: SRTM,", with: "model: SRTN,"
      )
      .replacing("level: 0.95", with: "level: 95")),
    Pipeline(
      "alias bomb", ["anchors and aliases"],
      "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        + (1...9).map {
          "a\($0): &a\($0) [" + Array(repeating: "*a\($0 - 1)", count: 9).joined(separator: ", ") + "]\n"
        }.joined()),
    Pipeline("deep", ["deep"], "name: " + String(repeating: "[", count: 100_000)),
    Pipeline("deep maps", ["deep"], "name: " + String(repeating: "{a: ", count: 20_000)),
    Pipeline("deep lines", ["deep"], (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
    Pipeline("noise", ["UTF-8"], Data((0..<4096).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) })),
    Pipeline("UTF-16", ["UTF-8"], shipped.data(using: .utf16) ?? Data()),
    Pipeline("code tag", ["tag"], "name: !!python/object/apply:os.system ['touch evil']\n"),
    Pipeline(
      "code tag on text", ["tag"], shipped.replacing("level: 0.95", with: "level: !!python/object/new:os.system 0.95")),
  ]

  /// A second, and 64 MiB of data: a good pipeline takes half of it.
  private static func plan(_ pipeline: String) throws -> Program.Outcome {
    let script = #"ulimit -d 65536; exec timeout -s KILL 5 "$0" plan "$1" --pipeline "$2""#
    return try Program.run(
      URL(fileURLWithPath: "/bin/sh"), ["-c", script, Program.executable.path, Program.sampleData, pipeline])
  }

  @Test(arguments: pipelines)
  func pipeline(row: Pipeline) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("p.yaml", row.bytes)
    let start = ContinuousClock.now
    let run = try Self.plan(path)
    // A second for the program, as much again for a busy machine.
    #expect(ContinuousClock.now - start < .seconds(2))
    #expect(run.status == 65 && run.output.isEmpty, "\(run.status) \(run.errors.prefix(500))")
    let lines = run.errors.split(separator: "\n")
    #expect(lines.count == row.words.count, "\(run.errors)")
    for (line, words) in zip(lines, row.words) {
      #expect(line.hasPrefix("petbalance: error: \(path)"))
      #expect(try line.dropFirst(path.count).contains(Regex(words)), "\(line)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["p.yaml"])
  }

  @Test func aGoodPipelineNeedsLess() throws {
    let folder = try TemporaryFolder()
    let run = try Self.plan(try folder.write("p.yaml", Self.shipped.replacing("\n", with: "\r\n")))
    #expect(run.status == 0, "\(run.errors)")
  }
}
