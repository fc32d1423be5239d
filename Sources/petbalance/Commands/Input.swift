import ArgumentParser
import Foundation
import PETCore
import PETKinetics
import PETResults
import PETStudy

struct Input: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "An arterial input function from blood samples.",
    discussion: HelpText.of(
      """
      Autosampler blood becomes plasma by the ratio of blood to plasma, and with samples of plasma and the parent \
      fraction the input of plasma models.

      petbalance input sub-01_recording-manual_blood.tsv --out sub-01_inputfunction.tsv
      petbalance input sub-01_recording-autosampler_blood.tsv sub-01_recording-manual_blood.tsv --dispersion 2.6 \
      --parent-fraction hill --aif triexponential
      petbalance input blood.bld plasma.bld parent.bld --out sub-01_inputfunction.tsv
      """))

  @Argument(
    help:
      "Tables of one scan: BIDS _blood.tsv (manual, autosampler), each with its JSON, or of PMOD and Turku (.bld, .crv, .csv), with units in the header."
  ) var blood: [String]
  @Option(help: "Form of the parent fraction: \(names(ParentFraction.Model.self)), auto (AIC), none.")
  var parentFraction = "interpolation"
  @Option(help: "Form of the ratio of blood to plasma: \(names(BloodRatio.Model.self)).") var bloodRatio =
    "interpolation"
  @Option(help: "Form of the arterial curve: \(names(ArterialCurve.Model.self)), auto (AIC).") var aif = "interpolation"
  @Option(help: "Dispersion constant of the autosampler in s (default: the sidecar's, unless already corrected).")
  var dispersion: Double?
  @Option(help: "End of a fitted curve in min (default: the last sample).") var until: Double?
  @Option(help: "Injection in s after the tables' zero (default: that of the _pet.json beside them, else 0).")
  var injectionStart: Double?
  @Option(help: "Table to write (default: standard output); its JSON goes beside it.") var out: String?
  @OptionGroup var printing: TableOptions

  private static func names<Model: CaseIterable & RawRepresentable<String>>(_: Model.Type) -> String {
    Model.allCases.map(\.rawValue).joined(separator: ", ")
  }

  func validate() throws {
    if let dispersion, !(dispersion >= 0 && dispersion <= 120) {
      throw ValidationError("--dispersion \(dispersion) is not a time from 0 to 120 s")
    }
    if let injectionStart, !injectionStart.isFinite {
      throw ValidationError("--injection-start \(injectionStart) is not a time in s")
    }
    if let until, !(until > 0 && until < 1440) { throw ValidationError("--until \(until) is not a time in min") }
  }

  func run() throws {
    var choices = InputChoices()
    choices.parentFraction = nil
    if parentFraction == "none" {
      choices.ignoresMetabolites = true
    } else if parentFraction != "auto" {
      choices.parentFraction = try choice(parentFraction, "--parent-fraction", others: ["auto", "none"])
    }
    choices.ratio = try choice(bloodRatio, "--blood-ratio", others: [])
    choices.arterial = aif == "auto" ? nil : try choice(aif, "--aif", others: ["auto"])
    choices.dispersion = dispersion
    choices.until = until.map { $0 * 60 }
    let beside = injectionStart == nil ? try BloodReader.injection(beside: blood) : nil
    var samples = try BloodReader.read(blood, injection: injectionStart ?? beside ?? 0)
    if let beside, beside != 0 {
      samples.findings.append(
        Finding(
          .note, .injectionStart, field: "InjectionStart", value: NumberText.short(beside),
          "the scan beside the tables says injection was at \(NumberText.short(beside)) s",
          remedy: "times are counted from it (--injection-start says otherwise)"))
    }
    let input: InputFunction
    do throws(PETError) { input = try InputFunction(samples, choices) } catch { throw error.at(file: blood[0]) }
    let text = InputFunctionText(input)
    let sources = blood.map { JSONValue.string(($0 as NSString).lastPathComponent) }
    try Screen.write(
      text.tsv, sidecar: text.sidecar([("Sources", .array(sources))]), to: out,
      inputs: blood + (try blood.flatMap(BloodReader.sidecars)), as: printing)
    Screen.findings(input.findings)
  }

  private func choice<Model: CaseIterable & RawRepresentable<String>>(
    _ text: String, _ option: String, others: [String]
  ) throws(PETError) -> Model {
    if let model = Model(rawValue: text) { return model }
    throw PETError(
      .usage, field: option, "there is no form '\(text)'",
      remedy: NearestName.advice(for: text, among: Model.allCases.map(\.rawValue) + others))
  }
}
