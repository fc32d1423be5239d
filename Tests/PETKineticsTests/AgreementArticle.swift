import Foundation
import PETTestSupport

/// The article on agreement, whose tables hold what the tests compare.
enum AgreementArticle {
  static func text() throws -> String {
    let path = Program.package.appendingPathComponent("Sources/PETKinetics/Documentation.docc/Agreement.md")
    return try String(contentsOf: path, encoding: .utf8)
  }

  /// A certified problem: its size, the first parameter as certified and as found, nine digits.
  static func line(_ problem: CertifiedProblem, _ point: [Double]) -> String {
    func digits(_ value: Double) -> String { String(format: "%.8e", value) }
    return "| \(problem.name) | \(problem.level.rawValue) | \(problem.x.count) | \(point.count) | "
      + "\(digits(problem.certified[0])) | \(digits(point[0])) |"
  }

  /// One parameter of one region, theirs and ours, six digits.
  static func line(_ row: KinfitrTests.Row, _ parameter: String, theirs: Double, ours: Double) -> String {
    func digits(_ value: Double) -> String { String(format: "%.6g", value) }
    return "| \(row.theirs) | \(row.setting) | \(row.ours) | \(parameter) | \(digits(theirs)) | \(digits(ours)) | "
      + "\(row.tolerance) |"
  }
}
