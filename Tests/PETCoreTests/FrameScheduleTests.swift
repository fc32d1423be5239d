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
    #expect(frames.findings(isotope: nil).map(\.code.word) == ["frame-gap", "late-start"])
    #expect(frames.gaps.map(\.length) == [110])
  }

  /// Times that are none: a gap after every frame is one fault, starts are middles or ends, a start lies beyond a week.
  @Test func tellsStartsThatAreNone() throws {
    let durations: [Double] = [10, 10, 20, 30, 60, 60]
    var ends: [Double] = []
    for duration in durations { ends.append((ends.last ?? 0) + duration) }
    let starts = zip(ends, durations).map { $0 - $1 }
    let middles = zip(ends, durations).map { $0 - $1 / 2 }
    func codes(_ starts: [Double], _ durations: [Double]) -> [String] {
      [FrameSchedule.startsFinding(starts: starts, durations: durations)].compactMap { $0 }
        .map { "\($0.level) \($0.value)" }
    }
    #expect(codes(starts, durations).isEmpty)
    #expect(codes(middles, durations) == ["fault 5"])
    #expect(codes(ends, durations) == ["fault 10"])
    // Frames of one length may begin half a frame late; a whole frame late is a first frame that is missing.
    #expect(codes([30, 90, 150], [60, 60, 60]) == ["warning 30"])
    #expect(codes([60, 120, 180], [60, 60, 60]).isEmpty)
    let gappy = try FrameSchedule(starts: [0, 20, 40, 60, 80], durations: [10, 10, 10, 10, 200])
    #expect(gappy.findings(isotope: nil).map { "\($0.level) \($0.code) \($0.castsDoubt)" } == ["fault frame-gaps true"])
    let rounded = try FrameSchedule(starts: [0, 60.5, 121, 181.5, 242], durations: [60, 60, 60, 60, 60])
    #expect(rounded.findings(isotope: nil).map { "\($0.level) \($0.castsDoubt)" } == ["note false"])
    #expect(throws: PETError.self) { try FrameSchedule(starts: [0, 1e23], durations: [60, 60]) }
  }

  @Test func overlapCountsPartsOfFrames() throws {
    let frames = try FrameSchedule(starts: [0, 60, 120], durations: [60, 60, 60])
    #expect(frames.overlap(from: 30, to: 130) == [30, 60, 10])
  }
}
