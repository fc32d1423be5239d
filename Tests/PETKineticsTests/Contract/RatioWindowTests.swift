import PETCore
import Testing

@testable import PETKinetics

struct RatioWindowTests {
  private static func input(_ starts: [Double], _ durations: [Double], window: ClosedRange<Double>? = nil) throws
    -> ScanInput
  {
    let frames = try FrameSchedule(starts: starts, durations: durations)
    let weights = try FrameWeights(
      scheme: .uniform, frames: frames, wholeCurve: starts.map { _ in 1 }, isotope: .carbon11)
    var input = ScanInput(frames: frames, weights: weights)
    input.window = window
    return input
  }

  /// One frame is its own window; a window that is given comes first.
  @Test func staticScans() throws {
    #expect(try Self.input([2400], [1200]).ratioWindow == 2400...3600)
    #expect(try Self.input([2400], [1200], window: 2500...3000).requiredWindow(SUVR.card) == 2500...3000)
    #expect(try Self.input([0, 60], [60, 60], window: 60...120).requiredWindow(SUVR.card) == 60...120)
  }

  /// A dynamic scan is no window: what is missing and what is usual stand in the words.
  @Test func dynamicScans() throws {
    let input = try Self.input([0, 60, 120], [60, 60, 3621])
    #expect(input.ratioWindow == nil)
    let error = #expect(throws: PETError.self) { try input.requiredWindow(SUVR.card) }
    #expect(
      error?.field == "window" && error?.problem == "SUVR needs a window, and the scan has 3 frames up to 62.35 min")
    let usual = ScanInput.withoutWindow(SUVR.card, frames: input.frames, usual: ("X", 40...60, "a paper"))
    #expect(usual.remedy.hasSuffix(" (a usual scan of X is 40 to 60 min: a paper)"))
  }
}
