import Foundation
import PETCore
import PETTestSupport
import Testing

/// What sidecars and images say of time, decay and counts, against each other and against physics.
struct TimeAndCountsTests {
  /// What becomes of a scan.
  enum Fate: Sendable {
    /// The right value, `ok`; what is said of it.
    case right(String?)
    /// Its rows are `dataDoubtful`, for this reason.
    case doubtful(String)
    /// So much is wrong with it that its fits tell nothing: `bindingUnreliable`, and this is said of the data.
    case unfit(String)
    /// It stops, and this accepts it.
    case refused(String)
    /// It stops whatever is accepted.
    case fails(String)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fate: Fate
    let spoil: @Sendable (SpoiltStudy) throws -> Void

    init(_ name: String, _ fate: Fate, _ spoil: @escaping @Sendable (SpoiltStudy) throws -> Void) {
      (testDescription, self.fate, self.spoil) = (name, fate, spoil)
    }
  }

  private static let (starts, durations) = (SpoiltStudy.starts, SpoiltStudy.durations)
  private static let lambda = log(2) / (20.361 * 60)

  /// Decay factors of frames to a time.
  private static func factors(_ first: Int, to reference: Double) -> [Double] {
    (first..<starts.count).map { i in
      let (start, length) = (starts[i] - reference, durations[i])
      return exp(lambda * start) * lambda * length / -expm1(-lambda * length)
    }
  }

  /// The scan from its 25th frame (24 min) on, its times counted from there.
  private static func late(_ study: SpoiltStudy, _ more: [String: Any?]) throws {
    try study.image { $0.removeFirst(24) }
    var change: [String: Any?] = [
      "FrameTimesStart": starts[24...].map { $0 - starts[24] }, "FrameDuration": Array(durations[24...]),
    ]
    change.merge(more) { $1 }
    try study.sidecar(change)
  }

  static let cases: [Case] = [
    Case("frames in reverse", .refused("frames-reversed")) { try $0.image { $0.reverse() } },
    Case("first frames exchanged with late ones", .doubtful("starts-high")) {
      try $0.image { for i in 0..<4 { $0.swapAt(i, 25 + i) } }
    },
    Case("late, said to start at injection, by its factors", .refused("decay-factors")) { study in
      try late(study, ["DecayFactor": factors(24, to: 0), "DecayCorrection": "START"])
    },
    Case("late, said to start at injection, by its clocks", .doubtful("injection-clock")) { study in
      try late(study, ["AcquisitionTime": "102400.000000", "RadiopharmaceuticalStartTime": "100000"])
    },
    Case("late, injection not stated, clocks tell it", .refused("injection-clock")) { study in
      try late(
        study, ["SeriesTime": "10:24:00", "RadiopharmaceuticalStartTime": "10:00:00.0", "InjectionStart": Any?.none])
    },
    Case("late, as it is: its beginning is not known", .doubtful("start-unknown")) { study in
      try late(study, ["InjectionStart": -starts[24], "ImageDecayCorrectionTime": -starts[24]])
    },
    Case("clocks that agree", .right(nil)) {
      try $0.sidecar(["AcquisitionTime": "100030.000", "RadiopharmaceuticalStartTime": "095955", "DecayFactor": 1.003])
    },
    Case("DecayCorrection NONE", .right(nil)) { study in
      try study.image { frames in
        for (i, factor) in factors(0, to: 0).enumerated() { frames[i] = frames[i].map { $0 / Float(factor) } }
      }
      try study.sidecar(
        ["DecayCorrection": "NONE", "ImageDecayCorrected": Any?.none, "ImageDecayCorrectionTime": Any?.none])
    },
    Case("DecayCorrection START, no TimeZero", .right(nil)) {
      try $0.sidecar([
        "DecayCorrection": "START", "ImageDecayCorrected": Any?.none, "ImageDecayCorrectionTime": Any?.none,
        "TimeZero": Any?.none, "ScanStart": Any?.none, "InjectionStart": Any?.none, "SeriesTime": "10:00:00.000000",
        "DecayFactor": factors(0, to: 0),
      ])
    },
    Case("DecayCorrection against ImageDecayCorrected", .refused("decay-state")) {
      try $0.sidecar(["DecayCorrection": "NONE"])
    },
    Case("factors of 1 where it is said to be corrected", .doubtful("decay-factors")) {
      try $0.sidecar(["DecayFactor": [Double](repeating: 1, count: 30)])
    },
    Case("a lost frame", .right("empty-frame")) { try $0.image { $0[22] = $0[22].map { _ in 0 } } },
    Case("a frame that is not a number", .right("empty-frame")) { try $0.image { $0[22] = $0[22].map { _ in .nan } } },
    Case("the last frame lost", .right("scan-cut")) { try $0.image { $0[29] = $0[29].map { _ in 0 } } },
    Case("a frame of another scale", .doubtful("frame-jump")) { try $0.image { $0[26] = $0[26].map { 2.5 * $0 } } },
    Case("four late frames lost", .doubtful("gap-bends")) {
      try $0.image { for i in 23...26 { $0[i] = $0[i].map { _ in 0 } } }
    },
    Case("a gap after every frame", .refused("frame-gaps")) {
      try $0.sidecar(["FrameDuration": durations.map { $0 / 2 }])
    },
    Case("middles for starts", .refused("frame-starts")) {
      try $0.sidecar(["FrameTimesStart": zip(starts, durations).map { $0 + $1 / 2 }])
    },
    Case("a frame at 1e23 s", .fails("no scan lasts for years")) {
      try $0.sidecar(["FrameTimesStart": Array(starts.dropLast()) + [1e23]])
    },
    Case("unsigned as signed", .refused("unsigned-as-signed")) { try $0.image(stored: .wrapped) },
    Case("cut off at half of the largest", .unfit("cut-off")) { try $0.image(stored: .cutOff(0.5)) },
    Case("scales of frames lost", .doubtful("frame-scales")) {
      try $0.image { frames in
        for i in frames.indices {
          let most = frames[i].max() ?? 0
          if most > 0 { frames[i] = frames[i].map { 10 * $0 / most } }
        }
      }
    },
    Case("early frames exchanged", .doubtful("frame-order")) { try $0.image { $0.swapAt(3, 11) } },
    Case("the last frame twice", .doubtful("frame-repeated")) { try $0.image { $0[29] = $0[28] } },
    Case("injection stated 5 min late", .doubtful("activity-before-injection")) {
      try $0.sidecar(["InjectionStart": 300])
    },
    Case("corrected for decay, said not to be", .doubtful("rises-late")) {
      try $0.sidecar(["ImageDecayCorrected": false, "ImageDecayCorrectionTime": Any?.none])
    },
    Case("no DECY among the corrections, said to be corrected", .refused("decay-state")) {
      try $0.sidecar(["CorrectedImage": ["NORM", "ATTN", "SCAT"]])
    },
    Case("no DECY among the corrections, nothing else said", .right(nil)) { study in
      try study.image { frames in
        for (i, factor) in factors(0, to: 0).enumerated() { frames[i] = frames[i].map { $0 / Float(factor) } }
      }
      try study.sidecar([
        "CorrectedImage": ["NORM", "ATTN", "SCAT"], "ImageDecayCorrected": Any?.none,
        "ImageDecayCorrectionTime": Any?.none,
      ])
    },
    Case("units", .refused("suv-scale")) { try $0.sidecar(["Units": "Bq/mL"]) },
  ]

  @Test(arguments: cases)
  func aScanIsRightOrItIsSaid(_ spoilt: Case) throws {
    let study = try SpoiltStudy()
    try spoilt.spoil(study)
    let printed = try study.run()
    try study.expectHonest(printed)
    switch spoilt.fate {
    case .right(let code):
      try study.expectRight(printed)
      if let code { #expect(printed.rows["Left-Putamen"]?.note.contains(code) == true, "\(printed.rows)") }
    case .doubtful(let code), .unfit(let code):
      #expect(printed.status == 0, "\(printed.errors)")
      let row = try #require(printed.rows["Left-Putamen"])
      let status = if case .unfit = spoilt.fate { "bindingUnreliable" } else { "dataDoubtful" }
      #expect(row.status == status && row.note.contains(code), "\(row)")
      #expect(!printed.statuses.contains("ok"))
    case .refused(let code):
      #expect(printed.status == 1 && printed.rows.isEmpty && printed.failures.count == 1, "\(printed.errors)")
      #expect(printed.errors.contains("--accept \(code)"), "\(printed.errors)")
      let check = try Program.run(["check", study.root])
      #expect(check.status == 65 && check.output.contains("[\(code)]"), "\(check.output)")
      let accepted = try study.run(["--accept", code])
      #expect(accepted.status == 0 && !accepted.statuses.contains("ok"), "\(accepted.errors)")
    case .fails(let words):
      #expect(printed.status == 1 && printed.errors.contains(words), "\(printed.errors)")
    }
  }

  /// Evidence goes with curves: `tacs` says it, `fit` has it from the JSON of the table, `balance` from that of the fit.
  @Test func evidenceGoesWithCurves() throws {
    let study = try SpoiltStudy()
    try study.sidecar(["DecayFactor": [Double](repeating: 1, count: 30)])
    func table(_ name: String) -> String { study.folder.file(name) }
    for tracer in ["RAC", "DASB"] {
      let tacs = try Program.run([
        "tacs", study.path("sub-01/pet/sub-01_trc-\(tracer)_pet.nii.gz"), "--labels",
        study.path(SpoiltStudy.labels + ".nii.gz"), "--out", table("\(tracer).tsv"),
      ])
      #expect(tacs.status == 0 && tacs.errors.contains("DecayFactor") == (tracer == "RAC"), "\(tacs.errors)")
      let fit = try Program.run([
        "fit", table("\(tracer).tsv"), "--model", "SRTM", "--reference", "Cerebellum", "--out",
        table("\(tracer)_kinpar.tsv"),
      ])
      #expect(fit.status == 0, "\(fit.errors)")
    }
    let balance = try Program.run([
      "balance", "--dopamine", table("RAC_kinpar.tsv"), "--serotonin", table("DASB_kinpar.tsv"),
    ])
    let read = try TSVTable(text: balance.output, file: "balance")
    let status = try read.required("status")
    let row = try #require(read.rows.first { $0[0] == "Left-Putamen" })
    #expect(row[status] == "dataDoubtful")
  }

  /// A study's statistics leave doubtful rows out and say so first.
  @Test func groupsLeaveDoubtfulRowsOut() throws {
    let study = try SpoiltStudy()
    try study.sidecar(["DecayFactor": [Double](repeating: 1, count: 30)])
    let printed = try study.run()
    let text = try String(contentsOfFile: printed.out + "/group_summary.json", encoding: .utf8)
    let left = printed.rows.values.count { $0.status == "dataDoubtful" }
    #expect(left > 20 && text.contains("\"dataDoubtful\": \(left)"), "\(text)")
    let page = try String(contentsOfFile: printed.out + "/group.html", encoding: .utf8)
    #expect(page.contains("\(left) rows of regions are left out"))
    let summary = try TSVTable(path: printed.out + "/group_summary.tsv")
    #expect(summary.rows.allSatisfy { $0[3] == "0" })
  }
}
