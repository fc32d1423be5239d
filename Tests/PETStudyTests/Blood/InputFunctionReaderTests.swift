import Foundation
import PETCore
import PETKinetics
import PETStudy
import PETTestSupport
import Testing

/// Input functions of other programs, written after the descriptions of their formats: 0, 60 and 120 s with 0, 10 and 4 kBq/mL.
struct InputFunctionReaderTests {
  private static func read(_ name: String, _ text: String) throws -> PlasmaInput {
    let folder = try TemporaryFolder()
    return try InputFunctionReader.read(folder.write(name, text)).input
  }

  @Test(arguments: [
    ("a.bld", "sample-time[seconds]\tplasma[kBq/cc]\t\n0\t0\t\n60\t10\t\n120\t4\t\n"),
    ("b.crv", "sample-time[minutes]\tplasma[Bq/cc]\r\n0\t0\r\n1\t10000\r\n2\t4000\r\n"),
    ("c.bld", "# Turku\ntime[minutes] plasma[kBq/ml]\n0 0\n1 10\n# a remark\n2 4\n"),
    ("d.csv", "time[s],plasma[kBq/mL]\n0,0\n60,10\n120,4\n"),
    ("e.dat", "//time[s];plasma[kBq/mL]\n0;0\n60;10\n120;4\n"),
    ("f.bld", "sample-time[s]\tplasma[kBq/cc]\tparent-fraction[%]\n0\t0\t100\n60\t20\t50\n120\t16\t25\n"),
    ("g.bld", "sample-time[s]\tplasma[kBq/cc]\tparent[1/1]\n0\t0\t1\n60\t20\t0.5\n120\t16\t0.25\n"),
    ("h.csv", "time (min),parent (Bq/mL)\n0,0\n1,10000\n2,4000\n"),
  ])
  func everyDress(name: String, text: String) throws {
    let input = try Self.read(name, text)
    #expect(zip(input.times, [0.0, 60, 120]).allSatisfy { abs($0 - $1) < 1e-9 } && input.times.count == 3)
    #expect(zip(input.parent, [0.0, 10, 4]).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test(arguments: [
    ("a.bld", "sample-time[parsec]\tplasma[kBq/cc]\n0\t0\n", "unit of time"),
    ("a.bld", "sample-time[s]\tplasma[cps]\n0\t0\n60\t1\n", "unit of activity"),
    ("a.bld", "sample-time[s]\tplasma\n0\t0\n60\t1\n", "AIF"),
    ("a.bld", "sample-time[s]\tplasma[kBq/cc]\tparent-fraction[kBq/cc]\n0\t0\t1\n", "unit of a share"),
    ("a.bld", "sample-time[s]\tplasma[kBq/cc]\n0\tx\n", "not a number"),
    ("a.bld", "\n", "empty"),
  ])
  func slips(name: String, text: String, words: String) throws {
    let error = #expect(throws: PETError.self) { try Self.read(name, text) }
    #expect(error?.problem.contains(words) == true && error?.file?.hasSuffix(name) == true, "\(error as Any)")
  }
}
