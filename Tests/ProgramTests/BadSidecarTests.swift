import Foundation
import PETCore
import PETTestSupport
import Testing

/// Sidecars that cannot be, or can hardly be, right: the scan is refused with file and field, or a warning stands in its
/// tables; the other person is not touched by it.
struct BadSidecarTests {
  private static let json = BadStudy.sidecar

  private static let text: [BadStudyRow] = [
    BadStudyRow("missing", .refused("sub-02_trc-RAC_pet.json", "sidecar", "no sidecar")) { try $0.remove(json) },
    BadStudyRow("empty", .refused(json, "", "empty|end of file|no value")) { try $0.write("") },
    BadStudyRow("cut", .refused(json, "", "end|unterminated|JSON")) {
      try $0.write(String($0.text().prefix(700)))
    },
    BadStudyRow("trailing comma", .refused(json, "line 19", "comma")) { try $0.replace("3240]", "3240,]") },
    BadStudyRow("list at top", .refused(json, "", "top level")) { try $0.write("[" + $0.text() + "]") },
    BadStudyRow("key in other case", .refused(json, "FrameDuration", "frameduration")) {
      try $0.replace("FrameDuration", "frameduration")
    },
    BadStudyRow("NaN", .refused(json, #"FrameDuration\[24\]"#, "NaN is not a finite number")) {
      try $0.replace("180, 360", "180, NaN")
    },
    BadStudyRow("null", .refused(json, #"FrameDuration\[24\]"#, "null")) { try $0.replace("180, 360", "180, null") },
    BadStudyRow("string", .refused(json, #"FrameDuration\[24\]"#, "not a number")) {
      try $0.replace("180, 360", "180, \"360\"")
    },
    BadStudyRow("1e400", .refused(json, #"FrameDuration\[24\]"#, "1e400 is not a finite number")) {
      try $0.replace("180, 360", "180, 1e400")
    },
    BadStudyRow("200 000 brackets", .refused(json, "line 1", "deep")) {
      try $0.write(String(repeating: "[", count: 200_000))
    },
    BadStudyRow("UTF-16", .refused(json, "", "UTF-8")) {
      try $0.write($0.text().data(using: .utf16) ?? Data(), to: json)
    },
    BadStudyRow("Latin-1", .refused(json, "", "UTF-8")) {
      try $0.write($0.text().replacing("simulated", with: "Tübingen").data(using: .isoLatin1) ?? Data(), to: json)
    },
    BadStudyRow("key twice", .refused(json, "", "FrameDuration.*twice")) {
      try $0.replace("\"AcquisitionMode\"", "\"FrameDuration\": [1], \"AcquisitionMode\"")
    },
    BadStudyRow("byte order mark", .warned("byte-order-mark", "byte order mark")) {
      try $0.write("\u{feff}" + $0.text())
    },
    BadStudyRow("CR LF", .asGood) { try $0.write($0.text().replacing("\n", with: "\r\n")) },
    BadStudyRow("inherited", .asGood) { bad in
      let field = try Regex("\"FrameDuration\": \\[[^\\]]*\\],")
      let text = try bad.text()
      let line = text.firstMatch(of: field).map { String(text[$0.range].dropLast()) } ?? ""
      try bad.write("{\(line)}", to: "sub-02/sub-02_trc-RAC_pet.json")
      try bad.write(text.replacing(field, with: ""))
    },
  ]

  private static let timing: [BadStudyRow] = [
    BadStudyRow("starts out of order", .refused(json, #"FrameTimesStart\[6\]"#, "40 s.* 50 s")) {
      try $0.frames { starts, _ in starts.swapAt(4, 5) }
    },
    BadStudyRow("equal starts", .refused(json, #"Frame(TimesStart\[10\]|Duration\[9\])"#, "100 s")) {
      try $0.frames { starts, _ in starts[9] = starts[8] }
    },
    BadStudyRow("overlap of 2 s", .refused(json, #"FrameDuration\[19\]"#, "480 s.* 478 s|540 s.* 538 s")) {
      try $0.frames { starts, _ in starts[19] -= 2 }
    },
    BadStudyRow("overlap of 1e-9 s", .accepted) { try $0.frames { starts, _ in starts[19] -= 1e-9 } },
    BadStudyRow("ends as durations", .refused(json, "FrameDuration", "end times")) {
      try $0.frames { starts, durations in durations = zip(starts, durations).map { $0 + $1 } }
    },
    BadStudyRow("one frame too few", .refused("_pet.nii.gz", #"dim\[4\]"#, "30 frames.* 29")) {
      try $0.frames { starts, durations in
        starts.removeLast()
        durations.removeLast()
      }
    },
    BadStudyRow("lists of two lengths", .refused(json, "FrameDuration", "29 durations for 30 starts")) {
      try $0.frames { _, durations in durations.removeLast() }
    },
    BadStudyRow("no duration", .refused(json, #"FrameDuration\[7\]"#, "0.* not a positive")) {
      try $0.frames { _, durations in durations[6] = 0 }
    },
    BadStudyRow("negative duration", .refused(json, #"FrameDuration\[7\]"#, "-60.* not a positive")) {
      try $0.frames { _, durations in durations[6] = -60 }
    },
    BadStudyRow("gap", .warned("frame-gap", "300 s without data after frame 24")) {
      try $0.frames { starts, _ in for frame in 24..<30 { starts[frame] += 300 } }
    },
    BadStudyRow("late start", .warned("late-start", "first frame starts 30 s")) {
      try $0.frames { starts, _ in starts = starts.map { $0 + 30 } }
    },
    BadStudyRow("milliseconds", .warned("scan-length", "seconds")) {
      try $0.frames { starts, durations in
        starts = starts.map { $0 * 1000 }
        durations = durations.map { $0 * 1000 }
      }
    },
    BadStudyRow("minutes", .warned("scan-length", "seconds")) {
      try $0.frames { starts, durations in
        starts = starts.map { $0 / 60 }
        durations = durations.map { $0 / 60 }
      }
    },
    BadStudyRow("decay time odd", .warned("decay-time", "1234 s")) { try $0.set("ImageDecayCorrectionTime", "1234") },
    BadStudyRow("unit missing", .warned("units", "unit of activity is not stated")) {
      try $0.replace("\"Units\"", "\"Unit\"")
    },
    BadStudyRow("unit counts", .warned("units", "'counts' is not a unit")) { try $0.set("Units", "\"counts\"") },
    BadStudyRow("bolus and infusion", .asGood) { try $0.set("ModeOfAdministration", "\"bolus-infusion\"") },
    BadStudyRow("dose missing", .asGood) { try $0.replace("\"InjectedRadioactivity\"", "\"Injected\"") },
    BadStudyRow("dose negative", .asGood) { try $0.set("InjectedRadioactivity", "-300") },
    BadStudyRow("dose n/a", .asGood) { try $0.set("InjectedRadioactivity", "\"n/a\"") },
  ]

  @Test(arguments: text + timing)
  func hasItsAnswer(row: BadStudyRow) throws { try row.check() }

  /// A scan that is not decay corrected is never fitted as it is: its curves are those of the good study, corrected by the
  /// nuclide's decay over each frame, and the log says so.
  @Test func decayIsCorrectedAndSaid() throws {
    let bad = try BadStudy()
    try bad.set("ImageDecayCorrected", "false")
    let outcome = try bad.accepts()
    let name = "sub-02/pet/sub-02_trc-RAC_seg-auto_tacs.tsv"
    let good = try TSVTable(text: String(decoding: BadStudy.results()[name] ?? Data(), as: UTF8.self), file: name)
    let table = try outcome.table(name)
    let column = try table.required("Putamen")
    let rate = log(2) / 1221.84
    for (row, (start, length)) in zip(BadStudy.starts, BadStudy.durations).enumerated() {
      let factor = rate * length * exp(rate * start) / (1 - exp(-rate * length))
      let before = try good.number(row, column)
      if before == 0 { continue }
      let ratio = try table.number(row, column) / before
      #expect(abs(ratio / factor - 1) < 2e-3, "frame \(row + 1): \(ratio) \(factor)")
    }
    let log = String(decoding: outcome.results["logs/sub-02_trc-RAC.log"] ?? Data(), as: UTF8.self)
    #expect(log.contains("the scan is not decay corrected"))
  }

  /// What a dose is needed for tells that it is missing; nothing else stumbles over it.
  @Test func onlyUptakeNeedsADose() throws {
    let bad = try BadStudy()
    try bad.replace("\"InjectedRadioactivity\"", "\"Injected\"")
    let outcome = try bad.accepts()
    let check = try Program.run(["check", bad.path(BadStudy.sidecar), "--format", "tsv"])
    #expect(check.status == 0 && check.output.contains("warning\tdose-missing"), "\(check.output)")
    let curves = outcome.out + "/sub-02/pet/sub-02_trc-RAC_seg-auto_tacs.tsv"
    let fit = try Program.run(["fit", curves, "--model", "SUV", "--start", "30", "--end", "60"])
    #expect([64, 65].contains(fit.status) && fit.output.isEmpty)
    #expect(fit.errors.split(separator: "\n").count == 1 && fit.errors.contains("dose"), "\(fit.errors)")
  }
}
