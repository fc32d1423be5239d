import Foundation
import PETCore
import PETKinetics
import Testing

/// Every setting of a fit by its card: what may be written, what it does to a fit's settings, and what is refused.
struct FitSettingTests {
  /// Twenty frames of 3 min.
  private static func frames() throws -> FrameSchedule {
    try FrameSchedule(starts: (0..<20).map { Double($0) * 180 }, durations: [Double](repeating: 180, count: 20))
  }

  @Test(arguments: FitSetting.all.map(\.key)) func cardsAreComplete(key: String) throws {
    let setting = try #require(FitSetting.named(key))
    #expect(FitSetting.all.count { $0.key == key } == 1)
    #expect(!setting.meaning.isEmpty && !setting.standard.isEmpty && !setting.meaning.hasSuffix("."))
    #expect(ModelCatalogue.all.contains { setting.serves($0.card) })
    // The example may be written, and is its own one form.
    let value = try setting.checked(setting.example, field: setting.option)
    let again = try setting.checked(" \(value) ", field: "")
    #expect(value == setting.example && again == value)
    for wrong in ["", "x y z", "nan", "1:2:3:", "-1e300", "inf"] {
      let error = #expect(throws: PETError.self, "\(wrong)") { try setting.checked(wrong, field: setting.option) }
      #expect(error?.field == setting.option && error?.code == .usage && error?.remedy.isEmpty == false)
    }
  }

  /// Two spellings of a value are one.
  @Test(arguments: [
    ("tstar", "30", "30.0"), ("tstar", "30", "3e1"), ("window", "30:50", "30.0: 50"),
    ("exclude-frames", "3,17", "17, 3,3"), ("bounds", "BPND=0:10 k2a=0.1:1", "k2a=0.10:1  BPND=0:1e1"),
    ("truncation", "40,50", "40.0, 50"),
  ]) func oneFormAValue(key: String, one: String, other: String) throws {
    let setting = try #require(FitSetting.named(key))
    #expect(try setting.checked(other, field: "") == one)
  }

  /// What each setting does, in internal units: 1/s and s.
  @Test func settingsOfAFit() throws {
    func settings(_ card: ModelCard, _ values: [String: String]) throws -> FitSettings {
      var choices = FitChoices()
      for (key, value) in values { try choices.set(try #require(FitSetting.named(key)), value, field: key) }
      return try choices.settings(for: card, frames: try Self.frames())
    }
    let reference = try settings(
      MRTM2.card,
      [
        "k2prime": "0.12", "k2prime-floor": "0.3", "tstar": "10", "weights": "uniform", "weight-floor": "0.1",
        "frame-sampling": "midpoint", "start": "6", "end": "51", "exclude-frames": "1,20", "bounds": "BPND=0:5",
        // No use of these here.
        "vb": "0.05", "window": "30:50", "dose": "300", "body-weight": "60",
      ])
    #expect(abs((reference.k2prime ?? 0) - 0.002) < 1e-15 && reference.k2primeRule.floor == 0.3)
    #expect(reference.linearStart == .given(600) && reference.weights == .uniform && reference.weightFloor == 0.1)
    #expect(reference.sampling == .midpoint && reference.excluded == [0, 19] && reference.bounds == ["BPND": 0...5])
    // Middles at 1.5, 4.5, … min: those before 6 and after 51.
    #expect(reference.unfitted == [0, 1, 17, 18, 19])
    #expect(reference.vB == nil && reference.window == nil && reference.dosePerGram == nil)
    #expect(try settings(LoganRef.card, ["tstar": "auto", "tstar-limit": "5"]).linearStart == .automatic(limit: 0.05))
    #expect(try settings(MRTM2.card, ["k2prime": "median"]).k2primeRule.average == .median)
    #expect(try settings(MRTM2.card, ["k2prime": "estimate"]).k2prime == nil)
    let ratio = try settings(Equilibrium.card, ["window": "30:50", "challenge": "50:58"])
    #expect(ratio.window == 1800...3000 && ratio.challenge == 3000...3480)
    #expect(try settings(SUVR.card, ["start": "30", "end": "50"]).window == 1800...3000)
    #expect(try settings(SUV.card, ["start": "30", "dose": "300", "body-weight": "60"]).dosePerGram == 5)
    let plasma = try settings(TwoTissue.card, ["vb": "fit", "delay": "-4"])
    #expect(plasma.vB == .fitted && plasma.delay == .given(-4))
    #expect(try settings(TwoTissue.card, ["vb": "0.05", "delay": "fit"]).delay == .fitted)
    #expect(try settings(TwoTissue.card, ["bounds": "K1=0.01:1"]).bounds["K1"] == (0.01 / 60)...(1.0 / 60))
    for (card, values) in [
      (Logan.card, ["vb": "fit"]), (SRTM.card, ["bounds": "VT=0:1"]), (SRTM.card, ["bounds": "k2a=0:1"]),
      (SRTM.card, ["exclude-frames": "21"]), (SRTM.card, ["start": "50", "end": "40"]),
      (SUVR.card, ["window": "30:50", "start": "30"]),
    ] {
      let error = #expect(throws: PETError.self, "\(values)") { try settings(card, values) }
      #expect(error?.code == .usage && error?.field?.hasPrefix("--") == true)
    }
  }
}
