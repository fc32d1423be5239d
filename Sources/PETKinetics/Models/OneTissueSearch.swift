import PETCore

/// The fit of C = (1 - vB) K1 C_p ⊗ exp(-k2 t) + vB C_b: K1 and vB at their best for each k2, and k2 searched.
///
/// As SRTM's: products of the curve with the convolutions of a grid of rates, a search on their interpolating polynomials,
/// then Newton steps on the model itself (variable projection; Golub and Pereyra 1973, doi:10.1137/0710036).
struct OneTissueSearch: RateFit, Sendable {
  private let weights: [Double]
  /// Frames that count, less unknowns that are not held.
  private let freedom: Double
  private let tissue: PlasmaTissue
  let grid: RateGrid
  /// Short enough for curves without noise.
  let reach = 1e-7
  private let plane: OneTissuePlane
  private let tables: OneTissueTables

  /// Nil where bounds leave no grid of rates: k2 from 0 on, or a tissue of nothing but blood.
  ///
  /// - Parameter bounds: of the compartment model's unknowns.
  init?(_ tissue: PlasmaTissue, bounds: [ClosedRange<Double>], weights: [Double]) {
    typealias Unknown = CompartmentModel.Unknown
    let delivery = bounds[Unknown.K1.rawValue]
    let rates = bounds[Unknown.k2.rawValue]
    let blood = bounds[Unknown.vB.rawValue]
    guard rates.lowerBound > 0, blood.upperBound < 1 else { return nil }
    self.weights = weights
    self.tissue = tissue
    grid = RateGrid(rates)
    plane = OneTissuePlane(
      delivery: delivery, blood: blood,
      ofBlood: weights.indices.reduce(0) { $0 + weights[$1] * tissue.blood[$1] * tissue.blood[$1] })
    tables = OneTissueTables(tissue, weights: weights, grid: grid)
    let unknowns = [delivery, rates, blood].count { $0.lowerBound < $0.upperBound }
    freedom = Double(max(weights.count { $0 > 0 } - unknowns, 1))
  }

  /// K1, k2, vB and VT.
  func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
    guard let found = curve.withUnsafeBufferPointer({ solve($0) }), found.sum.isFinite else { return .singular }
    let volume = found.delivery / found.rate
    estimates[0] = found.delivery
    estimates[1] = found.rate
    estimates[2] = found.blood
    estimates[3] = volume
    let limit = ModelCard.largestRelativeError * volume
    guard found.variance <= limit * limit else { return .poorlyIdentified }
    return found.isAtBound ? .atBound : .converged
  }

  struct Solution: RatePoint {
    let rate: Double
    let delivery: Double
    let blood: Double
    let sum: Double
    /// d(sum)/d(log k2).
    let slope: Double
    /// Of VT, from the residuals and with what lies at a bound as known; infinite when the data do not tell it.
    let variance: Double
    let isAtBound: Bool
  }

  func profile(
    of curve: UnsafeBufferPointer<Double>, products: UnsafeMutableBufferPointer<Double>,
    sums: UnsafeMutableBufferPointer<Double>
  ) -> OneTissueProfile {
    let ofBlood = tables.multiply(curve, into: products)
    tables.sum(plane, products: UnsafeBufferPointer(products), ofBlood: ofBlood, into: sums)
    return OneTissueProfile(
      plane: plane, tables: tables, ofBlood: ofBlood,
      products: UnsafePointer(products.baseAddress.unsafelyUnwrapped),
      sums: UnsafePointer(sums.baseAddress.unsafelyUnwrapped))
  }

  func convolve(_ rate: Double, value: UnsafeMutableBufferPointer<Double>, slope: UnsafeMutableBufferPointer<Double>) {
    tissue.parent.observedConvolution(rate: rate, value: value, slope: slope)
  }

  /// K1 and vB at a rate, C_p ⊗ exp(-k2 t) and its derivative by k2 being known there.
  func best(
    _ curve: UnsafeBufferPointer<Double>, rate: Double, value: UnsafeMutableBufferPointer<Double>,
    slope: UnsafeMutableBufferPointer<Double>
  ) -> Solution {
    tissue.blood.withUnsafeBufferPointer { blood in
      weights.withUnsafeBufferPointer { weights in
        let n = curve.count
        var moments = OneTissueMoments()
        for i in 0..<n {
          let weighted = weights[i] * value[i]
          moments.bb += weighted * value[i]
          moments.bc += weighted * blood[i]
          moments.by += weighted * curve[i]
          moments.cy += weights[i] * blood[i] * curve[i]
        }
        let (k1, vB) = plane.best(moments)
        var left = OneTissueMoments(bb: moments.bb, bc: moments.bc)
        let rest = 1 - vB
        let isFree = plane.isFree(k1, vB)
        let rateIsFree = grid.step > 0 && !grid.bounds.hasEnd(at: rate)
        // Products of the columns by K1, k2 and vB with each other, those of held unknowns left out.
        var gram = SymmetricThree()
        var (sum, gradient) = (0.0, 0.0)
        for i in 0..<n {
          let residual = curve[i] - rest * k1 * value[i] - vB * blood[i]
          sum += weights[i] * residual * residual
          left.by += weights[i] * residual * value[i]
          left.cy += weights[i] * residual * blood[i]
          let byDelivery = isFree.delivery ? rest * value[i] : 0
          let byRate = rest * k1 * slope[i]
          gradient -= 2 * weights[i] * residual * byRate
          gram.add(byDelivery, rateIsFree ? byRate : 0, isFree.blood ? blood[i] - k1 * value[i] : 0, times: weights[i])
        }
        // VT = K1/k2.
        let variance = gram.variance(isFree.delivery ? 1 / rate : 0, rateIsFree ? -k1 / (rate * rate) : 0, 0)
        let refined = isFree.delivery && isFree.blood ? plane.refined(k1, vB, by: left) : (delivery: k1, blood: vB)
        return Solution(
          rate: rate, delivery: refined.delivery, blood: refined.blood, sum: sum.isNaN ? .infinity : sum,
          slope: gradient * rate,
          variance: variance * sum / freedom,
          isAtBound: plane.isAtBound(refined.delivery, refined.blood) || grid.bounds.hasEnd(at: rate))
      }
    }
  }
}
