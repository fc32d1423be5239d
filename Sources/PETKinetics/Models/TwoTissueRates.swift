/// The two exponents of a two-tissue model and their derivatives by k2, k3 and k4.
///
/// slow, fast = (S -/+ D)/2 with S = k2 + k3 + k4 and D² = S² - 4 k2 k4.
struct TwoTissueRates {
  let slow: Double
  let fast: Double
  let slowBy: InlineArray<3, Double>
  let fastBy: InlineArray<3, Double>

  init(k2: Double, k3: Double, k4: Double) {
    let s = k2 + k3 + k4
    // The sum of squares form loses no digits; equal exponents are held apart by less than any curve shows.
    let difference = k2 + k3 - k4
    let d = max((difference * difference + 4 * k3 * k4).squareRoot(), 1e-7 * s)
    fast = (s + d) / 2
    slow = s > 0 ? 2 * k2 * k4 / (s + d) : 0
    let by: InlineArray<3, Double> = [(s - 2 * k4) / d, s / d, (s - 2 * k2) / d]
    slowBy = [(1 - by[0]) / 2, (1 - by[1]) / 2, (1 - by[2]) / 2]
    fastBy = [(1 + by[0]) / 2, (1 + by[1]) / 2, (1 + by[2]) / 2]
  }
}
