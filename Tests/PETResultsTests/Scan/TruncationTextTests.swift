import PETCore
import PETKinetics
import PETResults
import PETTestSupport
import Testing

/// The outcome against scan length.
struct TruncationTextTests {
  /// A curve without noise has the same BPND however long the scan is; ends come in order, the whole scan last.
  @Test func everyEndOfEveryRegion() throws {
    let scan = try ReferenceScan()
    var table = CurveTable(
      frames: scan.frames, names: ["cerebellum", "target"],
      curves: [scan.reference(k2prime: 0.06), scan.target(bpnd: 1.7, r1: 0.9, k2prime: 0.06)])
    table.isotope = .carbon11
    let settings = FitSettings()
    let whole = try RegionalFits(table, model: SRTM.self, reference: "cerebellum", settings: settings)
    let study = try Truncation(of: whole, table, settings: settings, ends: [4800, 3600, 5400, 6000])
    let text = try TSVTable(text: TruncationText(study, level: 0.95).tsv, file: "a")
    #expect(text.rows.map { $0[0] } == ["cerebellum", "target"].flatMap { [$0, $0, $0] })
    #expect(text.rows.map { $0[1] } == ["60", "80", "90", "60", "80", "90"])
    func number(_ row: Int, _ name: String) throws -> Double { try text.number(row, try text.required(name)) }
    for row in 3...5 {
      // What the model makes of frames' means is 0.1 % off at most in this scan.
      #expect(try abs(number(row, "BPND") - 1.7) < 0.005 && abs(number(row, "change-percent")) < 0.3, "\(row)")
    }
    #expect(try number(5, "change-percent") == 0 && number(3, "frames") < number(4, "frames"))
    #expect(try number(5, "frames") == Double(scan.frames.count))
    #expect(TruncationText(study, level: 0.95).sidecar([])["ModelName"]?.string == "SRTM")
  }

  /// An end within a frame stands as it was asked for, and the sidecar does not call it the end of a frame.
  @Test func anEndWithinAFrame() throws {
    let scan = try ReferenceScan()
    var table = CurveTable(
      frames: scan.frames, names: ["target", "cerebellum"],
      curves: [scan.target(bpnd: 1.7, r1: 0.9, k2prime: 0.06), scan.reference(k2prime: 0.06)])
    table.isotope = .carbon11
    let whole = try RegionalFits(table, model: SRTM.self, reference: "cerebellum", settings: FitSettings())
    let study = try Truncation(of: whole, table, settings: FitSettings(), ends: [4000])
    let text = TruncationText(study, level: 0.95)
    let rows = try TSVTable(text: text.tsv, file: "a")
    // The last frames end at 3600 and 4200 s.
    #expect(scan.frames.ends.contains(3600) && scan.frames.ends.contains(4200) && !scan.frames.ends.contains(4000))
    #expect(try rows.number(0, rows.required("end-min")) == 4000.0 / 60)
    let frames = try rows.number(0, rows.required("frames"))
    #expect(frames == Double(scan.frames.ends.count { $0 <= 3600 }))
    #expect(text.sidecar([])["end-min"]?["Description"]?.string == "end of the scan: frames that end by it count")
  }
}
