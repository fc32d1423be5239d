import Foundation
import PETCore
import PETTestSupport
import Testing

/// Inputs from samples of blood on the command line.
struct InputCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let units =
    #"{"time":{"Units":"s"},"whole_blood_radioactivity":{"Units":"kBq/mL"},"plasma_radioactivity":{"Units":"kBq/mL"},"#
    + #""metabolite_parent_fraction":{"Units":"unitless"}}"#

  static let header = "time\twhole_blood_radioactivity\tplasma_radioactivity\tmetabolite_parent_fraction\n"

  /// A blood table with its sidecar.
  private func blood(_ name: String, _ rows: String, units: String = units) throws -> String {
    try folder.write(name + ".json", units)
    return try folder.write(name + ".tsv", Self.header + rows)
  }

  private static let rows = "10\t1\t1.2\t1\n30\t40\t50\t0.98\n60\t20\t26\t0.9\n600\t5\t6\t0.5\n5400\t2\t2.4\t0.2\n"

  @Test func inputFromBlood() throws {
    let table = try blood("sub-1_recording-manual_blood", Self.rows)
    let out = folder.file("sub-1_inputfunction.tsv")
    #expect(try Program.run(["input", table, "--out", out]).status == 0)
    let written = try String(contentsOfFile: out, encoding: .utf8)
    #expect(try column(written, "AIF").compactMap(Double.init) == [1.2, 49, 23.400000000000002, 3, 0.48])
    let sidecar = try JSONValue.readObject(path: folder.file("sub-1_inputfunction.json"))
    #expect(sidecar["AIF"]?["Units"]?.string == "kBq/mL")
    // The same in other units, with CR LF and a missing sample.
    let other = Self.units.replacing("kBq/mL", with: "Bq/mL").replacing(#""s""#, with: #""min""#)
    let rows = "1\t1000\t2000\tn/a\r\n2\t500\t1000\t0.5\r\n4\tn/a\t800\t0.25\r\n"
    let odd = try blood("sub-2_recording-manual_blood", rows, units: other)
    let run = try Program.run(["input", odd])
    #expect(try column(run.output, "time").compactMap(Double.init) == [60, 120, 240])
    // The fraction joins (0, 1) and the sample at 2 min by a line.
    #expect(try column(run.output, "AIF").compactMap(Double.init) == [1.5, 0.5, 0.2])
  }

  @Test func autosamplerAndManual() throws {
    let manual = try blood("sub-1_recording-manual_blood", "60\t20\t40\t1\n300\t10\t20\t0.5\n600\t5\t10\t0.5\n")
    try folder.write(
      "sub-1_recording-autosampler_blood.json",
      #"{"time":{"Units":"s"},"whole_blood_radioactivity":{"Units":"kBq/mL"},"DispersionCorrected":false,"#
        + #""DispersionConstant":2}"#)
    var rows = "time\twhole_blood_radioactivity\n"
    for second in 1...120 { rows += "\(second)\t\(second < 30 ? 0 : 20)\n" }
    let sampler = try folder.write("sub-1_recording-autosampler_blood.tsv", rows)
    let out = folder.file("input.tsv")
    let run = try Program.run(["input", manual, sampler, "--out", out])
    #expect(run.status == 0, "\(run.errors)")
    let table = try TSVTable(path: out)
    let times = try column(String(contentsOfFile: out, encoding: .utf8), "time").compactMap(Double.init)
    #expect(times.count == 122 && times.last == 600)
    // Blood 20 over a ratio of 1/2 is plasma 40; the fraction falls from 1 at 60 s to 1/2 at 300 s.
    let aif = try table.rows.indices.map { try table.number($0, try table.required("AIF")) }
    #expect(abs(aif[89] - 40 * (1 - 0.5 * 30 / 240)) < 1e-9)
    #expect(abs(aif[121] - 5) < 1e-9)
    #expect(try JSONValue.readObject(path: folder.file("input.json"))["DispersionConstant"]?["Value"]?.double == 2)
  }

  /// Times of blood count from the zero of the scan beside it: its injection is theirs, unless it is said by hand.
  @Test func injectionOfTheScanBeside() throws {
    let rows = "70\t1\t2\t1\n80\t50\t60\t1\n360\t5\t6\t0.5\n"
    let table = try blood("sub-1_recording-manual_blood", rows)
    try folder.write("sub-1_pet.json", #"{"InjectionStart": 60, "TimeZero": "10:00:00"}"#)
    let run = try Program.run(["input", table])
    #expect(run.status == 0 && run.errors.contains("60 s"), "\(run.errors)")
    #expect(try column(run.output, "time").compactMap(Double.init) == [10, 20, 300])
    let said = try Program.run(["input", table, "--injection-start", "50"])
    #expect(try column(said.output, "time").compactMap(Double.init) == [20, 30, 310])
    try folder.write("sub-1_run-2_pet.json", #"{"InjectionStart": 0}"#)
    let two = try Program.run(["input", table])
    #expect(two.status == 65 && two.errors.contains("--injection-start"), "\(two.errors)")
  }

  @Test func wrongBlood() throws {
    func check(_ rows: String, units: String = Self.units, _ words: String...) throws {
      let table = try blood("bad_blood", rows, units: units)
      let run = try Program.run(["input", table, "--out", folder.file("bad.tsv")])
      #expect(run.status == 65, "\(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1)
      for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
      #expect(!FileManager.default.fileExists(atPath: folder.file("bad.tsv")))
    }
    try check("10\t1\t1\t1\n10\t2\t2\t1\n", "line 3", "two samples are taken at 10 s")
    try check("10\t1\t1\t1\n20\t2\t2\t1.4\n", "metabolite_parent_fraction", "1.4")
    try check("10\t1\t1\t98\n20\t2\t2\t90\n", "divide them by 100")
    try check("10\t1\t1\t-0.1\n20\t2\t2\t0.9\n", "-0.1")
    try check(Self.rows, units: #"{"time":{"Units":"s"}}"#, "Units", "not stated")
    try check(Self.rows, units: Self.units.replacing("kBq/mL", with: "counts"), "counts")
    try check("10\t1\tinf\t1\n20\t2\t2\t1\n", "infinite")
    try check("10\t1\t1,2\t1\n20\t2\t2\t1\n", "1,2", "is not a number")
    try check("10\t1\tn/a\t1\n20\t2\tn/a\t1\n", "no plasma samples")
    try refused(["input", folder.file("none_blood.tsv")], 66, "none_blood.tsv")
    let unsorted = try blood("b_blood", "30\t40\t50\t0.98\n10\t1\t1.2\t1\n60\t20\t26\t0.9\n")
    let run = try Program.run(["input", unsorted])
    #expect(run.status == 0 && run.errors.contains("samples are put in order"))
  }
}
