import Foundation
import PETBinding
import PETCore
import PETRegistration

/// Poses that are not quite right.
extension RefitStage {
  /// Poses of frames within their errors: the curves move by what moved labels do to each frame.
  ///
  /// A frame's error is its own but for what changing contrast leaves, which drifts over the scan.
  mutating func motion() {
    guard result.spreads[BudgetEffect.motion.key] != nil, let step = rule.step,
      let found = curves.motions.first?.found
    else { return }
    let slopes = slopes(step)
    guard slopes.count == Refits.axes.count else { return }
    change(.motion) { (stage) throws(PETError) in
      var random = SeededGenerator(seed: 1, stream: BudgetEffect.motion.key)
      let drift = Self.drift(found.frames)
      let noise = found.errors.map { max(0, $0 * $0 - found.floorError * found.floorError).squareRoot() }
      var drawn: [[String: Double]] = []
      for _ in 0..<Self.draws {
        var table = stage.curves.counting
        for slope in slopes {
          let slow = Refits.coordinate(ofDisplacement: found.floorError) * random.normal()
          let errors = noise.indices.map { frame in
            Refits.coordinate(ofDisplacement: noise[frame]) * random.normal() + slow * drift[frame]
          }
          for region in table.curves.indices {
            for frame in errors.indices { table.curves[region][frame] += slope[region][frame] * errors[frame] }
          }
        }
        drawn.append(try stage.refitted(table, stage.inputs))
      }
      stage.add(drawn, of: .motion, amount: found.lateError)
    }
  }

  /// A straight drift over the time after 5 min, of mean 0 and mean square 1 over it.
  private static func drift(_ frames: FrameSchedule) -> [Double] {
    let middles = frames.midpoints
    let late = middles.indices.filter { middles[$0] >= 300 }
    let counting = late.count > 1 ? late : Array(middles.indices)
    let whole = counting.reduce(0) { $0 + frames.durations[$1] }
    let mean = counting.reduce(0) { $0 + frames.durations[$1] * middles[$1] } / whole
    let square = counting.reduce(0) { sum, frame in
      let off = middles[frame] - mean
      return sum + frames.durations[frame] * off * off / whole
    }
    return middles.map { square > 0 ? ($0 - mean) / square.squareRoot() : 0 }
  }

  /// What a mm along or about each axis does to every curve, frame by frame; empty where labels were not moved.
  private func slopes(_ step: Double) -> [[[Double]]] {
    Refits.axes.compactMap { axis in
      let own = (curves.changed?.members ?? []).filter { $0.effect == Refits.labels && $0.component == axis }
      guard let up = own.first(where: { $0.amount > 0 }), let down = own.first(where: { $0.amount < 0 }) else {
        return nil
      }
      return zip(up.table.curves, down.table.curves).map { up, down in zip(up, down).map { ($0 - $1) / (2 * step) } }
    }
  }
}
