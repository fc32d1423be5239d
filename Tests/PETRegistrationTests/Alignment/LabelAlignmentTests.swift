import Foundation
import PETCore
import PETImaging
import Testing

@testable import PETRegistration

/// Labels that lie beside their place, on scans that were blurred by direct convolution.
struct LabelAlignmentTests {
  private static let phantom = Phantom(size: 66, edge: 1.5, isLopsided: true)
  /// Late means at some widths of the point spread, made once.
  private static let scans = Locked<[Double: [Double]]>([:])

  private static func scan(_ fwhm: Double, activity: [Int32: Double]? = nil) -> [Double] {
    var phantom = phantom
    if let activity {
      phantom.activity = activity
      return phantom.scan(fwhm: (fwhm, fwhm))
    }
    if let known = scans.withLock({ $0[fwhm] }) { return known }
    let made = phantom.scan(fwhm: (fwhm, fwhm))
    scans.withLock { $0[fwhm] = made }
    return made
  }

  /// - Parameter noise: SD in the mean and in the sum with signs in turn, of the mean over white matter.
  private static func late(_ values: [Double], noise: Double, seed: UInt64 = 1) -> LateMean {
    var random = SeededGenerator(seed: seed)
    let sums = [values, values.map { _ in 0 }].map { sum in sum.map { Float($0 + 10 * noise * random.normal()) } }
    return LateMean(grid: phantom.scan, sums: sums)
  }

  /// A turn about the centre, degrees, and a shift, mm.
  private static func pose(_ turn: [Double], _ shift: [Double]) -> Affine {
    Affine.rigid(shift + turn.map { $0 * .pi / 180 }, about: (0, 0, 0))
  }

  /// Labels that are said to lie where a pose takes them.
  private static func weights(_ labels: [Int32], at pose: Affine) -> RegionWeights {
    let own = phantom.grid
    return LabelImage(
      grid: Grid(nx: own.nx, ny: own.ny, nz: own.nz, affine: pose.after(own.affine)), labels: labels
    ).weights
  }

  /// Rms distance over the labels between two poses.
  private static func distance(_ a: Affine, _ b: Affine) throws -> Double {
    let (first, second) = (try #require(a.inverse), try #require(b.inverse))
    let grid = phantom.grid
    var (sum, count) = (0.0, 0.0)
    for (at, label) in phantom.told.enumerated() where label != 0 && at % 7 == 0 {
      let p = a.after(grid.affine).apply(
        Double(at % grid.nx), Double(at / grid.nx % grid.ny), Double(at / (grid.nx * grid.ny)))
      let (q, r) = (first.apply(p.0, p.1, p.2), second.apply(p.0, p.1, p.2))
      let d = [q.0 - r.0, q.1 - r.1, q.2 - r.2]
      sum += d.reduce(0) { $0 + $1 * $1 }
      count += 1
    }
    return (sum / count).squareRoot()
  }

  private static let contrasts: [String: [Int32: Double]] = [
    "striatal": [0: 0, 1: 10, 2: 40, 3: 32, 4: 12, 5: 11, 90: 0.5, 91: 4],
    "midbrain": [0: 0, 1: 10, 2: 22, 3: 22, 4: 40, 5: 14, 90: 0.5, 91: 4],
    "flat": [0: 0, 1: 10, 2: 11, 3: 11, 4: 11, 5: 11, 90: 0.5, 91: 4],
  ]

  /// From 8 mm and 5 degrees: 0.15 mm rms over the labels at 5 % noise, 0.3 mm at 15 % and for a flat contrast.
  ///
  /// The head is a sixteenth of a person's, nearly round and without folds: errors are some four times as large.
  @Test(arguments: [("striatal", 0.05), ("midbrain", 0.05), ("striatal", 0.15), ("midbrain", 0.15), ("flat", 0.05)])
  func findsThePlace(contrast: String, noise: Double) throws {
    let values = Self.scan(6, activity: Self.contrasts[contrast])
    for (seed, turn, shift) in [
      (UInt64(1), [5.0, 0, 0], [0.0, 5, 6]), (2, [-3, 3, 2.5], [6, -4, 3]),
    ] {
      let truth = Self.pose(turn, shift)
      let found = try LabelAlignment(
        Self.weights(Self.phantom.told, at: truth), on: Self.late(values, noise: noise, seed: seed), fwhm: nil,
        effort: .search, jobs: 2)
      let off = try Self.distance(found.pose, truth)
      #expect(off < (noise < 0.1 && contrast != "flat" ? 0.15 : 0.3), "\(off) \(found.error)")
      let taken = try Self.distance(try #require(found.movement.inverse), truth)
      #expect(abs(taken - off) < 1e-6)
      // The error that is told is that of the place, within what two runs tell of it.
      #expect(off < 4 * found.error && found.error < 0.3, "\(off) \(found.error)")
      let whole = try Self.distance(truth, Self.pose([0, 0, 0], [0, 0, 0]))
      #expect(abs(found.displacement - whole) < 0.3, "\(found.displacement) \(whole)")
      #expect(found.isSure && found.misfit < 0.02 && found.sides != .mirrored, "\(found)")
      #expect(found.misfit == max(0, found.unexplained - found.noiseShare))
    }
  }

  /// The width of the point spread within 0.3 mm, from 6 mm or from a guess, wherever the labels are.
  @Test(arguments: [3.0, 4, 6, 8])
  func findsTheWidth(fwhm: Double) throws {
    let late = Self.late(Self.scan(fwhm), noise: 0.05)
    for (pose, guess) in [(Self.pose([0, 0, 0], [0, 0, 0]), nil), (Self.pose([1, 2, 0], [1, 0.7, 0.3]), 7.0)] {
      let found = try LabelAlignment(
        Self.weights(Self.phantom.told, at: pose), on: late, fwhm: guess, effort: .check, jobs: 2)
      #expect(abs(found.fwhm.value - fwhm) < 0.2, "\(found.fwhm)")
      #expect(found.fwhm.standardError >= 0.1 && found.fwhm.standardError < 0.2)
      func contradicted(_ given: Double, isTaken: Bool) -> [Finding] {
        found.findings(limit: 2, isMoved: false, given: given, isTaken: isTaken, labels: "x")
          .filter { $0.code == .resolutionContradicted }
      }
      #expect(contradicted(fwhm, isTaken: true).isEmpty)
      #expect(contradicted(fwhm + 2, isTaken: false).map(\.castsDoubt) == [false])
      #expect(contradicted(fwhm + 2, isTaken: true).map(\.castsDoubt) == [true])
    }
  }

  /// Labels laid over the wrong side of a head that is not the same on both are told; of one that is, nothing is.
  @Test func mirroredLabels() throws {
    let identity = Self.pose([0, 0, 0], [0, 0, 0])
    let n = Self.phantom.size
    func mirrored(_ labels: [Int32]) -> [Int32] { labels.indices.map { labels[$0 / n * n + n - 1 - $0 % n] } }
    let late = Self.late(Self.scan(6), noise: 0.05)
    let wrong = try LabelAlignment(
      Self.weights(mirrored(Self.phantom.told), at: identity), on: late, fwhm: 6, effort: .check, jobs: 2)
    #expect(
      wrong.sides == .mirrored
        && wrong.findings(limit: 2, isMoved: false, given: 6, labels: "x").contains {
          $0.code == .leftRight && $0.castsDoubt
        }, "\(wrong)")
    let right = try LabelAlignment(
      Self.weights(Self.phantom.told, at: identity), on: late, fwhm: 6, effort: .check, jobs: 2)
    #expect(right.sides == .asStated && right.findings(limit: 2, isMoved: false, given: 6, labels: "x").isEmpty)
    // Two sides of one shape and nearly one activity: a mirror image is as good.
    let even = Phantom(size: 44, edge: 2)
    let values = even.scan(fwhm: (6, 6)).map(Float.init)
    let untold = try LabelAlignment(
      LabelImage(grid: even.grid, labels: even.told).weights,
      on: LateMean(grid: even.scan, sums: [values, values.map { _ in 0 }]), fwhm: 6, effort: .check, jobs: 2)
    #expect(untold.sides == .unknown, "\(untold.unexplained) \(untold.mirrored)")
  }

  /// Labels of a head that is a tenth larger are another's, or of no use; displaced ones are told with their errors.
  @Test func whatIsSaid() throws {
    let late = Self.late(Self.scan(6), noise: 0.05)
    let larger = Affine(rows: [1.1, 0, 0, 0, 0, 0.9, 0, 0, 0, 0, 1.1, 0])
    let other = try LabelAlignment(
      Self.weights(Self.phantom.told, at: larger), on: late, fwhm: 6, effort: .check, jobs: 2)
    #expect(other.isOfAnotherHead, "\(other)")
    let told = other.findings(limit: 2, isMoved: false, given: nil, labels: "x")
    #expect(
      told.contains { $0.code == .labelsOfAnotherHead && $0.castsDoubt },
      "\(told) \(other.displacement) \(other.error) \(other.unexplained) \(other.mirrored) \(other.sides)")
    let off = try LabelAlignment(
      Self.weights(Self.phantom.told, at: Self.pose([0, 0, 0], [0, 3, 0])), on: late, fwhm: 6, effort: .check, jobs: 2)
    for (isMoved, limit, isDoubtful) in [(false, 2.0, true), (true, 2, false), (false, 4, false)] {
      // Within the limit, and where they are moved, it is a note.
      let findings = off.findings(limit: limit, isMoved: isMoved, given: nil, labels: "x")
      #expect(findings.map(\.code) == [.labelsDisplaced] && findings[0].castsDoubt == isDoubtful, "\(findings)")
    }
    // It lay 3 mm to the front, so that it moves back.
    #expect(abs(off.translation[1] + 3) < 0.15 && abs(off.translation[0]) < 0.15, "\(off.translation)")
  }

  /// A scan of noise alone tells no place, and says so.
  @Test func nothingToSee() throws {
    let values = [Double](repeating: 10, count: Self.phantom.scan.count)
    let found = try LabelAlignment(
      Self.weights(Self.phantom.told, at: Self.pose([0, 0, 0], [0, 0, 0])), on: Self.late(values, noise: 0.3),
      fwhm: nil,
      effort: .check, jobs: 2)
    #expect(!found.isSure, "\(found)")
    #expect(found.findings(limit: 2, isMoved: false, given: 6, labels: "x").map(\.code) == [.alignmentUnsure])
  }

  /// One frame alone does not tell its noise: nothing is concluded from what is unexplained.
  ///
  /// A scan that was cut to the brain tells no width, and one without numbers says so.
  @Test func whatCannotBeTold() throws {
    let identity = Self.pose([0, 0, 0], [0, 0, 0])
    let weights = Self.weights(Self.phantom.told, at: identity)
    let noisy = Self.late(Self.scan(6), noise: 0.5)
    let alone = try LabelAlignment(
      weights, on: LateMean(grid: noisy.grid, sums: [noisy.values]), fwhm: 6, effort: .check, jobs: 2)
    #expect(alone.noiseShare.isNaN && alone.misfit > 0.05 && !alone.isOfAnotherHead, "\(alone)")
    let values = Self.scan(6).map { $0 < 6 ? 0 : $0 }
    let cut = try LabelAlignment(weights, on: Self.late(values, noise: 0), fwhm: nil, effort: .check, jobs: 2)
    #expect(cut.isCut && cut.fwhm.value.isNaN && cut.resolution == nil, "\(cut)")
    #expect(cut.findings(limit: 2, isMoved: false, given: 6, labels: "x").contains { $0.code == .scanStripped })
    let nothing = LateMean(grid: noisy.grid, sums: [noisy.values.map { _ in Float.nan }])
    do {
      _ = try LabelAlignment(weights, on: nothing, fwhm: nil, effort: .check, jobs: 1)
      Issue.record("it was taken")
    } catch { #expect(error.problem.contains("holds no numbers"), "\(error)") }
    let even = LateMean(grid: noisy.grid, sums: [noisy.values.map { _ in Float(3) }])
    do {
      _ = try LabelAlignment(weights, on: even, fwhm: nil, effort: .check, jobs: 1)
      Issue.record("it was taken")
    } catch { #expect(error.problem.contains("is the same"), "\(error)") }
  }

  @Test func jobsChangeNothing() throws {
    let late = Self.late(Self.scan(6), noise: 0.05)
    let all = try [1, 2, 5].map {
      try LabelAlignment(
        Self.weights(Self.phantom.told, at: Self.pose([2, 0, 0], [1, 2, 0])), on: late, fwhm: nil, effort: .check,
        jobs: $0)
    }
    #expect(all.allSatisfy { $0.pose == all[0].pose && $0.fwhm == all[0].fwhm && $0.mirrored == all[0].mirrored })
  }

  @Test func refusals() throws {
    let late = Self.late(Self.scan(6), noise: 0.05)
    let far = Self.weights(Self.phantom.told, at: Self.pose([0, 0, 0], [500, 0, 0]))
    let none = Self.weights(Self.phantom.told.map { _ in 0 }, at: Self.pose([0, 0, 0], [0, 0, 0]))
    for (weights, words) in [(far, "do not lie on the scan"), (none, "there is no label")] {
      do {
        _ = try LabelAlignment(weights, on: late, fwhm: nil, effort: .check, jobs: 1)
        Issue.record("it was taken")
      } catch { #expect(error.problem.contains(words), "\(error)") }
    }
  }
}
