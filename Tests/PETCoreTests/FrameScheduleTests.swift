import PETCore
import Testing

struct FrameScheduleTests {
  @Test func acceptsRoundingButNotOverlap() throws {
    _ = try FrameSchedule(starts: [0, 10], durations: [10 + 1e-9, 5])
    let error = #expect(throws: PETError.self) { try FrameSchedule(starts: [0, 10], durations: [12, 5]) }
    #expect(error?.field == "FrameDuration[1]")
    #expect(error?.problem.contains("12 s") == true && error?.problem.contains("10 s") == true)
  }

  @Test func tellsEndTimesFromDurations() {
    let error = #expect(throws: PETError.self) {
      try FrameSchedule(starts: [0, 10, 20, 40], durations: [10, 20, 40, 60])
    }
    #expect(error?.problem.contains("end times") == true)
  }

  @Test(arguments: [
    ([0.0, 10, 5], [5.0, 5, 5], "FrameTimesStart[3]"), ([0, 0], [5, 5], "FrameTimesStart[2]"),
    ([0, 10], [10, 0], "FrameDuration[2]"), ([0, 10], [10, -60], "FrameDuration[2]"), ([0], [5, 5], "FrameDuration"),
    ([0, .infinity], [5, 5], "FrameTimesStart[2]"),
  ])
  func namesTheFrameAtFault(starts: [Double], durations: [Double], field: String) {
    let error = #expect(throws: PETError.self) { try FrameSchedule(starts: starts, durations: durations) }
    #expect(error?.field == field)
  }

  @Test func findsGapsAndLateStart() throws {
    let frames = try FrameSchedule(starts: [30, 60, 200], durations: [30, 30, 60])
    #expect(frames.findings.map(\.code) == ["frame-gap", "late-start"])
    #expect(frames.gaps.map(\.length) == [110])
  }

  @Test func overlapCountsPartsOfFrames() throws {
    let frames = try FrameSchedule(starts: [0, 60, 120], durations: [60, 60, 60])
    #expect(frames.overlap(from: 30, to: 130) == [30, 60, 10])
  }
}
