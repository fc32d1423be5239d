import Foundation
package import PETBinding
import PETCore
package import PETImaging
import PETKinetics

/// The dopamine-serotonin balance voxel by voxel, with Fieller's set where both errors are known.
package struct BalanceMap: Sendable {
  package let mask: VoxelMask
  /// dopamine / serotonin; NaN where it would mislead.
  package let ratio: [Float]
  /// Ends of Fieller's set; low above high for the set (-inf, high] and [low, inf), NaN without errors.
  package let low: [Float]
  package let high: [Float]
  package let logRatio: [Float]
  package let logError: [Float]
  package let statuses: [BalanceStatus]
  /// Where the denominator is not above 0, cannot be told from 0, or lies below its floor, whatever the numerator.
  package let isDenominatorTooSmall: [Bool]
  package let counts: [BalanceStatus: Int]
  package let hasErrors: Bool
  /// Degrees of freedom of the two maps' errors; nil where they are not known and the normal quantile was used.
  package let freedom: (numerator: Double, denominator: Double)?
  package let settings: BalanceSettings
  /// Of the ratio: of maps that do not say what they hold it is that of one measure.
  package let unit: String

  /// Both maps are at the voxels of the mask; without errors denominators below the floor have no ratio at all.
  ///
  /// - Parameter isDoubtful: whether evidence against the data stands with one of the scans.
  package init(
    numerator: BindingMap, denominator: BindingMap, mask: VoxelMask, settings: BalanceSettings,
    isDoubtful: Bool = false, jobs: Int = 1
  ) {
    let units = [numerator, denominator].map { $0.measure.flatMap(ModelCatalogue.unit) ?? .unitless }
    unit = units[0].over(units[1])
    let known = !numerator.errors.isEmpty && !denominator.errors.isEmpty
    let joint = JointFreedom(numerator.freedom, denominator.freedom, level: settings.level)
    let normal = Quantile.twoSided(level: settings.level, degreesOfFreedom: .infinity)
    let count = mask.offsets.count
    let size = 4096
    typealias Cell = (
      ratio: Float, low: Float, high: Float, log: Float, error: Float, status: BalanceStatus, isSmall: Bool
    )
    let blocks = Parallel.map((count + size - 1) / size, jobs: jobs) { block in
      (block * size..<min(count, (block + 1) * size)).map { i -> Cell in
        let a = Estimate(
          Double(numerator.values[i]), standardError: known ? Double(numerator.errors[i]) : .nan)
        let b = Estimate(
          Double(denominator.values[i]), standardError: known ? Double(denominator.errors[i]) : .nan)
        let isBelow = b.value <= max(0, settings.floor ?? 0)
        guard a.value.isFinite, b.value.isFinite else { return (.nan, .nan, .nan, .nan, .nan, .noBinding, isBelow) }
        if known, !a.standardError.isFinite || !b.standardError.isFinite {
          return (.nan, -.infinity, .infinity, .nan, .nan, .errorUnknown, isBelow)
        }
        let verdicts = (numerator.verdict(i), denominator.verdict(i))
        let isTold = !known || numerator.isTold(a) && denominator.isTold(b)
        guard isTold, verdicts.0 != .unreliable, verdicts.1 != .unreliable else {
          return (.nan, .nan, .nan, .nan, .nan, .bindingUnreliable, isBelow)
        }
        let quantile =
          joint?.factor(
            a.standardError * a.standardError, b.standardError * b.standardError, ratio: a.value / b.value) ?? normal
        let own = BalanceNumbers(
          a, over: b, quantile: quantile, covariance: settings.correlation * a.standardError * b.standardError,
          floor: settings.floor)
        // Without a set nothing tells a small denominator from 0.
        let isUntested = own.set == nil && isBelow && own.status != .denominatorIndistinct
        var status = isUntested ? .denominatorBelowFloor : own.status
        if status == .ok { status = .good(isDoubtful: isDoubtful, verdicts.0, verdicts.1) }
        let isShown = !isUntested && Float(own.ratio).isFinite
        return (
          isShown ? Float(own.ratio) : .nan, Float(own.set?.low ?? .nan), Float(own.set?.high ?? .nan),
          isShown ? Float(own.logRatio.value) : .nan, isShown ? Float(own.logRatio.standardError) : .nan, status,
          isBelow || own.status == .denominatorIndistinct
        )
      }
    }
    let cells = blocks.flatMap { $0 }
    ratio = cells.map(\.ratio)
    low = cells.map(\.low)
    high = cells.map(\.high)
    logRatio = cells.map(\.log)
    logError = cells.map(\.error)
    statuses = cells.map(\.status)
    isDenominatorTooSmall = cells.map(\.isSmall)
    counts = Dictionary(
      uniqueKeysWithValues: BalanceStatus.allCases.map { status in (status, cells.count { $0.status == status }) })
    self.mask = mask
    self.settings = settings
    freedom = joint == nil ? nil : (numerator.freedom ?? .nan, denominator.freedom ?? .nan)
    hasErrors = known
  }
}

extension BalanceStatus {
  /// The status as a label of a status map; 0 is outside the mask.
  package var label: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}
