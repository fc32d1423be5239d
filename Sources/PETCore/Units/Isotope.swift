import Foundation

/// A radionuclide and its half-life in seconds: positron emitters, and one of single photons.
///
/// Half-lives are the evaluated values of the Decay Data Evaluation Project, as printed in Table of Radionuclides,
/// Monographie BIPM-5 (C-11 20.361 min, N-13 9.967 min, O-15 2.041 min, F-18 1.8288 h, Ga-68 67.83 min); that of I-123,
/// 13.2232 h, as the article on iodine-123 of the English Wikipedia quotes it.
package enum Isotope: String, Sendable, CaseIterable {
  case carbon11 = "C11"
  case nitrogen13 = "N13"
  case oxygen15 = "O15"
  case fluorine18 = "F18"
  case gallium68 = "Ga68"
  case iodine123 = "I123"

  package var halfLife: Double {
    switch self {
    case .carbon11: 20.361 * 60
    case .nitrogen13: 9.967 * 60
    case .oxygen15: 2.041 * 60
    case .fluorine18: 1.8288 * 3600
    case .gallium68: 67.83 * 60
    case .iodine123: 13.2232 * 3600
    }
  }

  /// Decay constant, 1/s.
  package var decayConstant: Double { log(2) / halfLife }

  /// Reads `C11`, `11C`, `C-11`, `[11C]`, `carbon-11`, `^11^C`; nil when it is none of ours.
  package init?(spelling: String) {
    let plain = spelling.uppercased().filter { $0.isLetter || $0.isNumber }
    for isotope in Isotope.allCases {
      let symbol = isotope.rawValue.uppercased().filter(\.isLetter)
      let mass = isotope.rawValue.filter(\.isNumber)
      let words = "\(isotope)".uppercased()
      if plain == symbol + mass || plain == mass + symbol || plain == words {
        self = isotope
        return
      }
    }
    return nil
  }

  /// The factor that turns the mean undecayed-uncorrected activity of a frame into activity at t = 0.
  ///
  /// f = λ d / (e^(-λ start) - e^(-λ (start + d))), written with expm1 so that short frames lose no digits.
  package func decayCorrection(start: Double, duration: Double) -> Double {
    let lambda = decayConstant
    return exp(lambda * start) * (lambda * duration) / -expm1(-lambda * duration)
  }
}
