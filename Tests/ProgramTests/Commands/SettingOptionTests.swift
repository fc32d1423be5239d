import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// Every setting of a fit as an option: it is in the help, the sidecar says it, and what no model uses is told.
struct SettingOptionTests {
  /// Curves of a scan of the sample, made once.
  private static let curves: Result<(folder: TemporaryFolder, path: String), any Error> = Result {
    let folder = try TemporaryFolder()
    let path = folder.file("sub-01_tacs.tsv")
    let run = try Program.run([
      "tacs", Program.sampleData + "/sub-01/pet/sub-01_trc-RAC_pet.nii.gz", "--labels",
      Program.sampleData + "/derivatives/segmentation/sub-01/anat/sub-01_dseg.nii.gz", "--out", path,
    ])
    #expect(run.status == 0, "\(run.errors)")
    return (folder, path)
  }

  /// The first model without blood that a setting serves; those of `dose` are another's who needs no dose.
  private static func model(for setting: FitSetting) -> ModelCard? {
    ModelCatalogue.all.map { $0.card }.first { card in
      setting.serves(card) && card.needs.isDisjoint(with: [.plasma, .regions]) && card.id != "lpntPET"
        && (card.needs.contains(.dose) == ["dose", "body-weight"].contains(setting.key))
    }
  }

  /// Settings that a fit without blood has; `truncation` makes another table, and the two others are nothing alone.
  private static let keys = FitSetting.all.filter { model(for: $0) != nil }.map(\.key)
    .filter { !["truncation", "seed", "tstar-limit"].contains($0) }

  @Test func helpNamesEverySetting() throws {
    let help = try Program.run(["fit", "--help"]).output
    for setting in FitSetting.all { #expect(help.contains("\(setting.option) <\(setting.key)>"), "\(setting.key)") }
  }

  @Test(arguments: keys) func theSidecarSaysIt(key: String) throws {
    let setting = try #require(FitSetting.named(key))
    let made = try Self.curves.get()
    let card = try #require(Self.model(for: setting))
    let out = made.folder.file("\(key).tsv")
    var arguments = ["fit", made.path, "--model", card.id, "--out", out]
    if card.needs.contains(.referenceCurve) { arguments += ["--reference", "Cerebellum"] }
    if card.needs.contains(.window), !["window", "start", "end"].contains(key) { arguments += ["--window", "30:50"] }
    let partner = ["dose": ("body-weight", "70"), "body-weight": ("dose", "300")][key]
    let value =
      ["bounds": "\(card.parameters[0].symbol)=0:9", "challenge": "50:58", "end": "50"][key] ?? setting.example
    arguments += [setting.option, value] + (partner.map { ["--" + $0.0, $0.1] } ?? [])
    let run = try Program.run(arguments)
    #expect(run.status == 0, "\(run.errors)")
    let told = try JSONValue.readObject(path: TSVTable.sidecarPath(of: out))["Settings"]?[key]?.string
    #expect(told == (value == setting.standard ? nil : value))
    let wrong = try Program.run(["fit", made.path, "--model", card.id, setting.option, "a b c"])
    #expect(wrong.status == 64 && wrong.errors.contains(setting.option), "\(wrong.errors)")
  }

  @Test func whatNoModelUsesIsTold() throws {
    let made = try Self.curves.get()
    let fit = ["fit", made.path, "--reference", "Cerebellum", "--tstar", "10", "--model"]
    let told = try Program.run(fit + ["SRTM"])
    #expect(told.status == 0 && told.errors.contains("--tstar: SRTM does not use it"), "\(told.errors)")
    #expect(try Program.run(fit + ["SRTM,MRTM1"]).errors.contains("does not use it") == false)
  }
}
