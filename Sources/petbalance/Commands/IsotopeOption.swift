import ArgumentParser
import PETCore

/// The isotope of curves or of a scan that nothing else names.
struct IsotopeOption: ParsableArguments {
  @Option(help: "Isotope, when no sidecar says it (C11, F18).") var isotope: String?

  var value: Isotope? { isotope.flatMap(Isotope.init(spelling:)) }

  func validate() throws {
    if let isotope, value == nil {
      throw ValidationError(
        "--isotope '\(isotope)' is none of \(Isotope.allCases.map(\.rawValue).joined(separator: ", "))")
    }
  }
}
