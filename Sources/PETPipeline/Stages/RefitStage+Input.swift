import PETBinding
import PETCore
import PETKinetics

/// Another arterial input, and fewer frames.
extension RefitStage {
  /// The arterial input from samples drawn anew, one draw for all regions.
  mutating func input() {
    guard rule[.input] != nil else { return }
    guard fits.card.needs.contains(.plasma), let plasma = fits.input.plasma else {
      return leaveOut(.input, "\(fits.card.id) takes no arterial input")
    }
    guard let (samples, choices) = inputs.samples else {
      return leaveOut(.input, "it was read as a curve: there are no blood samples to draw")
    }
    guard let scatter = samples.scatter(ignoringMetabolites: choices.ignoresMetabolites) else {
      return leaveOut(.input, "too few samples tell their scatter")
    }
    result.spreads[BudgetEffect.input.key] = .init(100 * scatter.largest, source: BudgetEffect.input.source ?? "")
    change(.input) { (stage) throws(PETError) in
      var random = SeededGenerator(seed: 1, stream: BudgetEffect.input.key)
      var drawn: [[String: Double]] = []
      for _ in 0..<Self.draws {
        var inputs = stage.inputs
        let own = samples.drawn(scatter, &random)
        let delay = plasma.delay + (plasma.delayError.isFinite ? plasma.delayError * random.normal() : 0)
        // A draw that gives no input, or none that can be fitted, is one the less.
        guard var input = try? InputFunction(own, choices).plasmaInput else { continue }
        input.delay = delay
        inputs.plasma = input
        if let values = try? stage.refitted(stage.curves.counting, inputs) { drawn.append(values) }
      }
      guard drawn.count * 2 > Self.draws else {
        throw PETError(.wrongInput, "most draws of the samples give no fit", remedy: "check the blood")
      }
      stage.add(drawn, of: .input, amount: 100 * scatter.largest)
    }
  }

  /// The scan cut at its end, and its beginning left out.
  mutating func window() {
    let frames = curves.counting.frames
    if let minutes = rule[.scanEnd]?.number {
      let end = (frames.ends.last ?? 0) - 60 * minutes
      let count = frames.ends.count { $0 <= end + FrameSchedule.overlapTolerance }
      if count == 0 {
        leaveOut(.scanEnd, "the scan is no longer than that")
      } else {
        change(.scanEnd) { (stage) throws(PETError) in
          stage.add(
            BudgetEffect.scanEnd.key, amount: -minutes,
            try stage.refitted(try stage.curves.counting.prefix(count), stage.inputs))
        }
      }
    }
    guard let minutes = rule[.scanStart]?.number else { return }
    guard !fits.card.needs.contains(.window), inputs.choices["start"] == nil else {
      return leaveOut(.scanStart, "the fit begins later already")
    }
    change(.scanStart) { (stage) throws(PETError) in
      var inputs = stage.inputs
      try inputs.choices.set(.start, NumberText.exact(minutes), field: BudgetEffect.scanStart.key)
      stage.add(BudgetEffect.scanStart.key, amount: minutes, try stage.refitted(stage.curves.counting, inputs))
    }
  }
}
