import PETCore
import PETKinetics
import PETResults
import PETTestSupport
import Testing

/// An input function as a table and its sidecar.
struct InputFunctionTextTests {
  private static func input(withBlood: Bool) throws -> InputFunction {
    var samples = BloodSamples()
    for (time, value) in [(0.0, 0.0), (30, 40), (60, 20), (600, 5), (3600, 2)] {
      samples.plasma.add(time, value)
      if withBlood { samples.wholeBlood.add(time, value / 2) }
    }
    for (time, value) in [(0.0, 1.0), (600, 0.5), (3600, 0.25)] { samples.parentFraction.add(time, value) }
    return try InputFunction(samples, InputChoices())
  }

  /// Parent tracer is plasma times its parent fraction, at every time of the table.
  @Test(arguments: [true, false])
  func whatIsWrittenIsRead(withBlood: Bool) throws {
    let input = try Self.input(withBlood: withBlood)
    let folder = try TemporaryFolder()
    let file = try InputFile(path: try folder.write("a_inputfunction.tsv", InputFunctionText(input).tsv))
    #expect(file.times == input.times && file.parent == input.parent && (file.wholeBlood != nil) == withBlood)
    let place = try #require(file.times.firstIndex(of: 600))
    // 5 x 0.5, at a time when both were sampled.
    #expect(file.plasma?[place] == 5 && file.fraction?[place] == 0.5 && file.parent[place] == 2.5)
    if withBlood { #expect(file.wholeBlood?[place] == 2.5) }
    let sidecar = InputFunctionText(input).sidecar([("Sources", "x")])
    #expect((sidecar["whole_blood_radioactivity"] != nil) == withBlood && sidecar["Sources"]?.string == "x")
    #expect(sidecar["AIF"]?["Units"]?.string == "kBq/mL" && sidecar["time"]?["Units"]?.string == "s")
    // Straight lines have no parameters to tell.
    #expect(sidecar["ArterialCurve"]?["ResidualSum"] == nil && sidecar["DispersionConstant"]?["Value"]?.double == 0)
  }

  @Test func theInputOfFitsIsToldAsTheyTookIt() throws {
    let plasma = try PlasmaInput(times: [0, 60], parent: [0, 5], wholeBlood: [0, 4])
    let text = try TSVTable(text: InputFunctionText.tsv(of: plasma), file: "a")
    #expect(try text.number(1, text.required("AIF")) == 5)
    #expect(try text.number(1, text.required("whole_blood_radioactivity")) == 4)
    #expect(InputFunctionText.sidecar(of: plasma, [])["InputDelay"]?["Value"]?.double == 0)
  }
}
