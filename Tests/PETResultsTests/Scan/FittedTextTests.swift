import PETCore
import PETKinetics
import PETResults
import PETTestSupport
import Testing

/// What a model makes of every region, and what is said of the model (`FitDescription`).
struct FittedTextTests {
  private static func fits(_ model: any KineticModel.Type, _ change: (inout FitSettings) -> Void = { _ in }) throws
    -> (RegionalFits, CurveTable)
  {
    let scan = try ReferenceScan()
    let none = [Double](repeating: .nan, count: scan.frames.count)
    var table = CurveTable(
      frames: scan.frames, names: ["cerebellum", "target", "nothing"],
      curves: [scan.reference(k2prime: 0.06), scan.target(bpnd: 1.7, r1: 0.9, k2prime: 0.06), none])
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.k2prime = 0.06 / 60
    change(&settings)
    return (try RegionalFits(table, model: model, reference: "cerebellum", settings: settings), table)
  }

  private static func file(_ text: String) throws -> FrameFile {
    let folder = try TemporaryFolder()
    return try FrameFile(path: try folder.write("a.tsv", text))
  }

  /// A curve that the model describes is its own fit; a frame that counts nowhere stays in the table without a value.
  @Test func theCurveAsTheModelHasIt() throws {
    let (fits, table) = try Self.fits(SRTM.self) { $0.excluded = [8] }
    let text = try #require(FittedText(fits))
    #expect(text.isOfCurve && text.tables.map(\.kind) == [.fitted])
    let file = try Self.file(text.tables[0].text)
    #expect(file.names == table.names && file.starts == table.frames.starts && file.ends == table.frames.ends)
    #expect(file.columns[1][8].isNaN && file.weights?[8] == 0 && file.columns[2].allSatisfy(\.isNaN))
    for frame in table.frames.starts.indices where frame != 8 {
      // Of the largest value, 30 kBq/mL or so: what the model makes of means of frames, 0.1 %.
      #expect(abs(file.columns[1][frame] - table.curves[1][frame]) < 0.03, "\(frame)")
    }
    let sidecar = text.sidecar([], .fitted)
    #expect(sidecar["Units"]?.string == "kBq/mL" && sidecar["ReferenceRegion"]?.string == "cerebellum")
    #expect(FittedText.Kind.allCases.map(\.file.name) == ["fitted", "plotted", "abscissa"])
  }

  /// Logan's plot of a reference tissue: a line of slope 1 + BPND from t*, and nothing before it.
  @Test func aPlotIsAStraightLine() throws {
    let (fits, table) = try Self.fits(LoganRef.self) { $0.linearStart = .given(1800) }
    let text = try #require(FittedText(fits))
    #expect(!text.isOfCurve && text.tables.map(\.kind) == [.fitted, .plotted, .abscissa])
    let files = try text.tables.map { try Self.file($0.text) }
    let (fitted, x) = (files[0].columns[1], files[2].columns[1])
    let used = table.frames.starts.indices.filter { fitted[$0].isFinite }
    #expect(used == table.frames.midpoints.indices.filter { table.frames.midpoints[$0] >= 1800 })
    let (first, last) = (try #require(used.first), try #require(used.last))
    let slope = (fitted[last] - fitted[first]) / (x[last] - x[first])
    // The line itself has the slope of the fit; the fit's own is BPND but for the integrals of frames.
    #expect(abs(slope - 1 - fits.fits[1].estimate("BPND").value) < 1e-9 && abs(slope - 2.7) < 0.05)
    for frame in used {
      #expect(abs(fitted[frame] - fitted[first] - slope * (x[frame] - x[first])) < 1e-9 * abs(fitted[frame]))
    }
    #expect(text.sidecar([], .plotted)["Units"]?.string?.contains("plot") == true)
  }

  @Test func nothingFittedIsNoTable() throws {
    let scan = try ReferenceScan()
    var table = CurveTable(
      frames: scan.frames, names: ["cerebellum", "empty"],
      curves: [scan.reference(k2prime: 0.06), scan.frames.starts.map { _ in 0 }])
    table.isotope = .carbon11
    let fits = try RegionalFits(table, model: SRTM.self, reference: "cerebellum", settings: FitSettings())
    #expect((FittedText(fits) == nil) == fits.fits.allSatisfy { $0.points == nil })
  }

  /// Times in minutes and rates per minute, frames counted from 1: as people write them.
  @Test func sidecarsTellTheSettingsInTheirUnits() throws {
    let (logan, _) = try Self.fits(LoganRef.self) {
      $0.linearStart = .given(1800)
      $0.excluded = [0, 8]
    }
    let told = KinparTable(logan, level: 0.95).sidecar([])
    #expect(told["TStar"]?["Value"]?.double == 30 && told["TStar"]?["Units"]?.string == "min")
    #expect(told["ExcludedFrames"] == .array([1, 9]) && told["FrameWeights"]?.list?.count == logan.allFrames.count)
    let rate = KinparTable(try Self.fits(MRTM2.self).0, level: 0.95).sidecar([])["k2prime"]
    // Sixty times a sixtieth: rounding alone.
    #expect(abs((rate?["Value"]?.double ?? 0) - 0.06) < 1e-15 && rate?["Units"]?.string == "1/min")
    #expect(told["BloodVolume"] == nil && told["Window"] == nil && told["InputDelay"] == nil)
    let (ratio, _) = try Self.fits(SUVR.self) { $0.window = 2400...5400 }
    let window = KinparTable(ratio, level: 0.95).sidecar([])["Window"]
    #expect(window?["Start"]?.double == 40 && window?["End"]?.double == 90 && window?["Units"]?.string == "min")
  }

  @Test func bloodIsToldWhereItCounts() throws {
    let scan = try ReferenceScan()
    var table = CurveTable(
      frames: scan.frames, names: ["target"], curves: [scan.twoTissue(k1: 0.3, k2: 0.15, vB: 0.05)])
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.plasma = try scan.plasmaInput()
    func told(_ volume: BloodVolume) throws -> JSONValue {
      settings.vB = volume
      let fits = try RegionalFits(table, model: OneTissue.self, reference: nil, settings: settings)
      return KinparTable(fits, level: 0.95).sidecar([])
    }
    #expect(try told(.fitted)["BloodVolume"]?.string == "fitted")
    let held = try told(.fixed(0.05))
    #expect(held["BloodVolume"]?.double == 0.05 && held["InputDelay"]?["Value"]?.double == 0)
    #expect(held["InputDelay"]?["Units"]?.string == "s" && held["ReferenceRegion"] == nil)
  }
}
