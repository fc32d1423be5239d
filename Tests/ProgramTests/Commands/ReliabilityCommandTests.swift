import Foundation
import PETCore
import PETTestSupport
import Testing

struct ReliabilityCommandTests {
  /// Persons whose fit did not settle are left out for that, not for a missing value.
  @Test func leftOutForTheirFits() throws {
    let folder = try TemporaryFolder()
    let statuses = [
      ("converged", "atBound"), ("poorlyIdentified", "converged"), ("converged", "converged"),
      ("converged", "converged"), ("converged", "converged"), ("converged", "atBound"),
    ]
    var (test, retest) = ([String](), [String]())
    for (i, own) in statuses.enumerated() {
      for (session, status) in [("a", own.0), ("b", own.1)] {
        let value = 2 + 0.3 * Double(i) + (session == "a" ? 0 : 0.1)
        let path = try folder.write(
          "sub-0\(i)_ses-\(session)_kinpar.tsv",
          "region\tBPND\tBPND-se\tstatus\nPutamen\t\(value)\t0.05\t\(status)\n")
        if session == "a" { test.append(path) } else { retest.append(path) }
      }
    }
    let run = try Program.run(["reliability", "--test"] + test + ["--retest"] + retest)
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.output.contains("3 of 6 persons left out: 2 status atBound, 1 status poorlyIdentified"), "\(run.output)")
    #expect(!run.output.contains("no value"))
  }
}
