/// The terms of a linear equation made ready to be worked out for any number of curves.
///
/// Wherever the target stands it is (C - vB C_b)/(1 - vB): blood is folded into what is constant.
struct LinearColumns: Sendable {
  private enum Rule: Sendable {
    case constant
    /// The target itself times a factor.
    case target(Double)
    /// An operator on the target: its blocks of eight rows begin here.
    case map(Int)
  }

  private let frames: Int
  private let rules: [Rule]
  /// What does not follow from the curve, term after term.
  private let constants: [Double]
  /// For each operator, eight rows of a column after the other: block, then column.
  private let maps: [SIMD8<Double>]

  init(_ terms: [LinearTerm], bloodVolume: Double, frames: Int) {
    self.frames = frames
    let factor = 1 / (1 - bloodVolume)
    var rules: [Rule] = []
    var constants: [Double] = []
    var maps: [SIMD8<Double>] = []
    for term in terms {
      let blood = bloodVolume > 0 ? term.ofBlood : nil
      let share = blood == nil ? 1 : factor
      constants += (0..<frames).map { term.constant[$0] - (blood?[$0] ?? 0) * bloodVolume * share }
      guard let map = term.onTarget else {
        rules.append(.constant)
        continue
      }
      guard let map = map.matrix else {
        rules.append(.target(share))
        continue
      }
      rules.append(.map(maps.count))
      for block in stride(from: 0, to: frames, by: 8) {
        for j in 0..<frames {
          var eight = SIMD8<Double>.zero
          for i in block..<min(block + 8, frames) { eight[i - block] = share * map[i, j] }
          maps.append(eight)
        }
      }
    }
    self.rules = rules
    self.constants = constants
    self.maps = maps
  }

  /// Every term for one curve, term after term, frames long.
  func evaluate(_ curve: UnsafeBufferPointer<Double>, into out: UnsafeMutableBufferPointer<Double>) {
    let n = frames
    maps.withUnsafeBufferPointer { maps in
      constants.withUnsafeBufferPointer { constants in
        for (k, rule) in rules.enumerated() {
          let base = k * n
          switch rule {
          case .constant: for i in 0..<n { out[base + i] = constants[base + i] }
          case .target(let factor): for i in 0..<n { out[base + i] = constants[base + i] + factor * curve[i] }
          case .map(let start):
            for block in stride(from: 0, to: n, by: 8) {
              var sum = SIMD8<Double>.zero
              let place = start + block / 8 * n
              for j in 0..<n { sum += maps[place + j] * curve[j] }
              for i in block..<min(block + 8, n) { out[base + i] = constants[base + i] + sum[i - block] }
            }
          }
        }
      }
    }
  }
}
