import Foundation
import PETCore
import PETKinetics
import PETStudy
import PETTestSupport
import Testing

/// Blood tables of other programs, written after the descriptions of their formats, against the same samples as BIDS.
struct BloodTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Three samples: 30, 60 and 120 s with blood 8, 6, 3 and plasma 10, 7, 4 kBq/mL, parent 0.9, 0.7, 0.5.
  private func bids() throws -> BloodSamples {
    _ = try folder.write(
      "sub-01_recording-manual_blood.json",
      """
      {"time": {"Units": "s"}, "whole_blood_radioactivity": {"Units": "kBq/mL"}, "plasma_radioactivity": {"Units": "kBq/mL"},
       "metabolite_parent_fraction": {"Units": "unitless"}}
      """)
    return try BloodReader.read([
      try folder.write(
        "sub-01_recording-manual_blood.tsv",
        """
        time\twhole_blood_radioactivity\tplasma_radioactivity\tmetabolite_parent_fraction
        30\t8\t10\t0.9
        60\t6\t7\t0.7
        120\t3\t4\t0.5

        """)
    ])
  }

  private func expectSame(_ own: BloodSamples) throws {
    let truth = try bids()
    for (a, b) in [
      (own.wholeBlood, truth.wholeBlood), (own.plasma, truth.plasma), (own.parentFraction, truth.parentFraction),
    ] {
      // Factors of units round.
      #expect(a.times.count == 3 && zip(a.times, b.times).allSatisfy { abs($0 - $1) < 1e-9 })
      #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-12 }, "\(a.values) \(b.values)")
    }
    #expect(own.continuous.isEmpty)
  }

  /// PMOD keeps blood, plasma and parent in files of their own.
  @Test func threeFilesOfPMOD() throws {
    let files = try [
      ("blood.bld", "sample-time[seconds]\twhole-blood[kBq/cc]\t\n30\t8\t\n60\t6\t\n120\t3\t\n"),
      ("plasma.bld", "sample-time[minutes]\tplasma[Bq/cc]\r\n0.5\t10000\r\n1\t7000\r\n2\t4000\r\n"),
      ("parent.bld", "sample-time[minutes]\tparent[1/1]\n0.5\t0.9\n1\t0.7\n2\t0.5\n"),
    ].map { try folder.write($0.0, $0.1) }
    try expectSame(try BloodReader.read(files))
    // Injection 10 s after their zero.
    #expect(try BloodReader.read(files, injection: 10).plasma.times == [20, 50, 110])
  }

  @Test(arguments: [
    ("a.csv", "time[s],blood[kBq/mL],plasma[kBq/mL],parent-fraction[%]\n30,8,10,90\n60,6,7,70\n120,3,4,50\n"),
    (
      "a.bld",
      "# time[minutes] whole-blood[kBq/mL] plasma.1[kBq/mL] parent-fraction.1[1/1]\n0.5 8 10 0.9\n1 6 7 0.7\n2 3 4 0.5\n"
    ),
    (
      "a.txt",
      "sample-time[s];whole_blood_radioactivity[kBq/mL];plasma_radioactivity[kBq/mL];metabolite_parent_fraction\n"
        + "30;8;10;0.9\n60;6;7;0.7\n120;3;4;0.5\n"
    ),
  ])
  func oneFile(name: String, text: String) throws {
    try expectSame(try BloodReader.read([try folder.write(name, text)]))
  }

  /// A JSON beside the table says what its header does not, by the name of the table or of BIDS.
  @Test(arguments: ["plasma", "plasma_radioactivity"])
  func unitsBeside(name: String) throws {
    _ = try folder.write("a.json", #"{"time": {"Units": "min"}, "\#(name)": {"Units": "Bq/mL"}}"#)
    let file = try folder.write("a.csv", "time,plasma,haematocrit\n1,7000,0.4\n2,4000,0.4\n")
    let samples = try BloodReader.read([file])
    #expect(samples.plasma.times == [60, 120] && samples.plasma.values == [7, 4])
    #expect(samples.findings.map(\.code) == [.bloodColumns] && samples.findings[0].field == "haematocrit")
  }

  /// Where header and JSON say different units the header counts, and the samples are in doubt; two spellings are one unit.
  @Test(arguments: [("Bq/mL", true), ("kBq/cc", false)])
  func unitsThatContradict(unit: String, isOdd: Bool) throws {
    _ = try folder.write("a.json", #"{"plasma": {"Units": "\#(unit)"}}"#)
    let samples = try BloodReader.read([try folder.write("a.csv", "time(min),plasma[kBq/mL]\n1,7\n2,4\n")])
    #expect(samples.plasma.times == [60, 120] && samples.plasma.values == [7, 4])
    #expect(samples.findings.map(\.code) == (isOdd ? [.units] : []) && samples.findings.allSatisfy(\.castsDoubt))
  }

  @Test(arguments: [
    ("sample-time[s]\tplasma\n30\t8\n", "unit is not stated"), ("sample-time\tplasma[kBq/cc]\n30\t8\n", "unit of time"),
    ("sample-time[s]\tplasma[cps]\n30\t8\n", "unit of activity"),
    ("sample-time[s]\tparent-fraction[kBq/cc]\n30\t8\n", "share"),
    ("sample-time[s]\tplasma-fraction[1/1]\n30\t0.6\n", "share of plasma"), ("30\t8\n60\t7\n", "time"),
    ("sample-time[s]\tparent[kBq/cc]\n30\t8\n", "no column of blood"), ("\n", "empty"),
  ])
  func slips(text: String, words: String) throws {
    let file = try folder.write("a.bld", text)
    let error = #expect(throws: PETError.self) { try BloodReader.read([file]) }
    #expect(error?.problem.contains(words) == true && error?.file == file, "\(error as Any)")
  }
}
