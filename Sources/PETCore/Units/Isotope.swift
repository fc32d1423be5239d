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

  /// SNOMED code of DICOM's list of PET radionuclides (PS3.16, CID 4020); nil for what is not on it.
  private var dicomCode: String? {
    switch self {
    case .carbon11: "C-105A1"
    case .nitrogen13: "C-107A1"
    case .oxygen15: "C-B1038"
    case .fluorine18: "C-111A1"
    case .gallium68: "C-131A3"
    case .iodine123: nil
    }
  }

  /// Reads `C11`, `11C`, `C-11`, `[11C]`, `¹¹C`, `carbon-11`, `^11^Carbon`, `^11^C` and DICOM's codes; nil when it is none
  /// of ours.
  package init?(spelling: String) {
    let plain = spelling.precomposedStringWithCompatibilityMapping.uppercased().filter { $0.isLetter || $0.isNumber }
    for isotope in Isotope.allCases {
      let symbol = isotope.rawValue.uppercased().filter(\.isLetter)
      let mass = isotope.rawValue.filter(\.isNumber)
      let words = "\(isotope)".uppercased()
      let spellings = [symbol + mass, mass + symbol, words, mass + words.filter(\.isLetter)]
      if spellings.contains(plain) || isotope.dicomCode == spelling.trimmed.uppercased() {
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
