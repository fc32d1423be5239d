import Foundation
package import PETCore

/// What is usual: for each measure and region a mean that may depend on age, sex or other covariates, and its spread.
package struct NormTable: Sendable {
  package struct Norm: Sendable {
    package let measure: String
    package let region: String
    /// Persons behind it; nil when the table does not say.
    package let count: Int?
    package let freedom: Double
    /// Residual SD between persons.
    package let sd: Double
    /// Intercept, then one for each column of the covariates.
    package let coefficients: [Double]
    /// (XᵀX)⁻¹ of the persons behind it; empty when not known.
    package let inverseGram: [[Double]]

    package init(
      measure: String, region: String, count: Int?, freedom: Double, sd: Double, coefficients: [Double],
      inverseGram: [[Double]]
    ) {
      self.measure = measure
      self.region = region
      self.count = count
      self.freedom = freedom
      self.sd = sd
      self.coefficients = coefficients
      self.inverseGram = inverseGram
    }
  }

  /// How far a value is from the norm.
  package struct Deviation: Sendable {
    package let expected: Double
    package let sd: Double
    /// (x - expected)/SD.
    package let z: Double
    /// (x - expected)/(SD √(1 + h)), h the variance of the expected value: Student's t (Crawford and Howell 1998,
    /// doi:10.1076/clin.12.4.482.7241).
    package let t: Double
    package let freedom: Double
    /// Two-sided.
    package let probability: Double
    /// Persons of the norm; nil when it does not say.
    package let count: Int?
    /// h.
    let leverage: Double
  }

  package let covariates: [Covariate]
  package let norms: [Norm]
  /// Label of the tracers that it is of; nil when it does not say.
  package let pair: String?
  private let places: [String: Int]

  package init(covariates: [Covariate], norms: [Norm], pair: String? = nil) {
    self.covariates = covariates
    self.pair = pair
    self.norms = norms
    places = Dictionary(
      norms.enumerated().map { (Self.key($0.element.measure, $0.element.region), $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }

  private static func key(_ measure: String, _ region: String) -> String { measure + "\t" + RegionName.key(region) }

  package func norm(_ measure: String, _ region: String) -> Norm? {
    places[Self.key(measure, region)].map { norms[$0] }
  }

  /// Intercept and covariates of a person; nil when one is not known.
  package func design(of person: Person) -> [Double]? {
    var row = [1.0]
    for covariate in covariates {
      guard let values = covariate.values(of: person) else { return nil }
      row += values
    }
    return row
  }

  /// What is usual of a person; nil where there is no norm, or a covariate of the person is not known.
  package func expected(_ measure: String, region: String, person: Person) -> (value: Double, sd: Double)? {
    guard let norm = norm(measure, region), let design = design(of: person) else { return nil }
    return (LinearRegression.dot(design, norm.coefficients), norm.sd)
  }

  /// Nil where there is no norm, or a covariate of the person is not known.
  package func deviation(of value: Double, measure: String, region: String, person: Person) -> Deviation? {
    guard let norm = norm(measure, region), let design = design(of: person), value.isFinite, norm.sd > 0 else {
      return nil
    }
    let expected = LinearRegression.dot(design, norm.coefficients)
    let leverage =
      norm.inverseGram.isEmpty ? 0 : LinearRegression.leverage(of: design, inverseGram: norm.inverseGram)
    let t = (value - expected) / (norm.sd * (1 + leverage).squareRoot())
    return Deviation(
      expected: expected, sd: norm.sd, z: (value - expected) / norm.sd, t: t, freedom: norm.freedom,
      probability: Distribution.twoSidedT(t, norm.freedom), count: norm.count, leverage: leverage)
  }
}
