import Foundation

/// Random numbers that are the same for the same seed on every machine.
///
/// SplitMix64: Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64
  private var spare: Double?

  package init(seed: UInt64) { state = seed }

  /// A stream of its own for a name (FNV-1a): draws for one thing do not move with those for another.
  package init(seed: UInt64, stream name: String) {
    state = name.utf8.reduce(seed &* 0x9e37_79b9_7f4a_7c15 ^ 0xcbf2_9ce4_8422_2325) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform on (0, 1].
  package mutating func uniform() -> Double { (Double(next() >> 11) + 1) * 0x1p-53 }

  /// Fisher and Yates's shuffle, the same with every version of the language.
  package mutating func shuffle<Element>(_ list: inout [Element]) {
    for i in stride(from: list.count - 1, to: 0, by: -1) {
      list.swapAt(i, Int(next().multipliedFullWidth(by: UInt64(i + 1)).high))
    }
  }

  /// Standard normal deviate (Box and Muller 1958).
  package mutating func normal() -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    let radius = (-2 * log(uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }
}
