import Foundation
import PETCore
import PETImaging
import PETRegistration
import PETTestSupport
import Testing

@testable import PETResults

/// Poses of frames as a table with the columns that others have.
struct MotionTextTests {
  /// Place and σ, mm.
  private static let balls: [(Double, Double, Double, Double)] = [
    (0, 0, 0, 20), (26, 10, 5, 8), (-10, 24, -16, 8), (-8, -20, 24, 8),
  ]

  /// Balls that shift by 3 mm between two frames.
  private static func motion() throws -> FrameMotion {
    let grid = Grid(nx: 24, ny: 24, nz: 24, affine: Affine(rows: [4, 0, 0, -46, 0, 4, 0, -46, 0, 0, 4, -46]))
    let frames = [0.0, 3, 0].map { shift in
      (0..<grid.count).map { (at: Int) -> Float in
        let p = grid.affine.apply(Double(at % 24), Double(at / 24 % 24), Double(at / 576))
        return balls.reduce(Float(0)) { sum, ball in
          let d = [p.0 - ball.0 - shift, p.1 - ball.1, p.2 - ball.2]
          let square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
          return sum + Float(10 * exp(-square / (2 * ball.3 * ball.3)))
        }
      }
    }
    return try FrameMotion(
      FrameBlocks(grid: grid, frames: frames),
      FrameSchedule(starts: [300, 600, 900], durations: [300, 300, 300]), jobs: 2)
  }

  @Test func table() throws {
    let text = MotionText(try Self.motion(), isCorrected: true)
    let table = try TSVTable(text: text.tsv, file: "x")
    #expect(table.columns == MotionText.columns && table.rows.count == 3)
    let shift = try table.required("trans_x")
    let shifts = table.rows.indices.compactMap { try? table.number($0, shift) }
    #expect(shifts.count == 3 && abs(shifts[1] - 2) < 0.1 && abs(shifts[0] + 1) < 0.1, "\(shifts)")
    #expect(table.rows[0][try table.required("framewise_displacement")] == "n/a")
    #expect(table.rows.allSatisfy { $0.last == "0" })
    let about = text.sidecar([(name: "Pipeline", value: "p")])
    #expect(about["trans_x"]?["Units"]?.string == "mm" && about["rot_z"]?["Units"]?.string == "rad")
    #expect(about["Pipeline"]?.string == "p" && about["RotationCentre"]?.list?.count == 3)
    let own = about[MotionText.member]
    #expect(own?["Corrected"]?.bool == true && own?["HeldFrames"]?.list?.isEmpty == true)
    #expect(abs((own?["Displacement"]?.double ?? 0) - 2.0.squareRoot()) < 0.1, "\(text.json)")
  }
}
