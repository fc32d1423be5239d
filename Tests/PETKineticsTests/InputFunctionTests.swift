import PETCore
import PETKinetics
import Testing

struct InputFunctionTests {
  /// A last time in another unit is refused; it would be a curve of more points than a machine holds.
  @Test(arguments: [1e7, 1e12, 1e300])
  func samplesOfAnotherUnit(last: Double) throws {
    var samples = BloodSamples()
    let times = [0, 10, 30, 45, 60, 120, 300, 600, 1200, 2400, 3600, last]
    let values: [Double] = [0, 30, 90, 60, 45, 30, 20, 12, 8, 4, 2, 1]
    for (time, value) in zip(times, values) {
      samples.plasma.add(time, value)
      samples.parentFraction.add(time, 1)
    }
    for form in [ArterialCurve.Model.interpolation, .triexponential] {
      var choices = InputChoices()
      choices.arterial = form
      let error = #expect(throws: PETError.self) { try InputFunction(samples, choices) }
      #expect(error?.field == "time")
    }
  }
}
