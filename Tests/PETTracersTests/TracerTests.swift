import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import PETTracers
import Testing

struct TracerTests {
  private let catalogue = TracerCatalogue.builtIn

  private func card(_ name: String) throws -> TracerCard { try #require(catalogue.find(name)) }

  // MARK: - Spellings

  /// By id, by full name, by a synonym, and as a sidecar may write it.
  @Test(arguments: [
    "DASB", "[11C]DASB", "11C-DASB", "C11_dasb", "dasb", "DASB (C11)", "DASB [11C]", "[methyl-11C]DASB",
    "carbon-11 DASB",
  ])
  func findsAnySpelling(name: String) { #expect(catalogue.find(name)?.id == "dasb") }

  @Test(arguments: [
    ("fpcit", "fpcit"), ("[123I]FP-CIT", "fpcit"), ("ioflupane (I123)", "fpcit"), ("iodine-123 FP-CIT", "fpcit"),
    ("123I-beta-CIT", "betacit"), ("[11C]-(+)-PHNO", "phno"), ("FLB457", "flb457"), ("RACLO", "raclopride"),
  ])
  func findsNamesWithIsotopes(name: String, id: String) { #expect(catalogue.find(name)?.id == id) }

  @Test func isotopeTellsTwoLabelsApart() {
    #expect(catalogue.find("PE2I", isotope: .carbon11)?.id == "pe2i")
    #expect(catalogue.find("pe2i", isotope: .fluorine18)?.id == "fepe2i")
    #expect(catalogue.find("dasb", isotope: .fluorine18)?.id == "dasb")
  }

  @Test func noSpellingMeansTwoTracers() {
    var seen: [String: String] = [:]
    for card in catalogue.all {
      for key in card.keys {
        #expect(seen.updateValue(card.id, forKey: key) == nil, "\(key) of \(card.id)")
      }
    }
  }

  @Test(arguments: [
    ("raclopride", "raclopride"), ("flb457", "FLB 457"), ("way100635", "WAY-100635"), ("phno", "PHNO"),
    ("flubatine", "flubatine"), ("cft", "CFT"), ("fpcit", "FP-CIT"), ("methylphenidate", "methylphenidate"),
  ])
  func shortNames(id: String, short: String) throws { #expect(try card(id).shortName == short) }

  // MARK: - Cards

  @Test(arguments: TracerCatalogue.builtIn.all.map(\.id))
  func cardIsComplete(id: String) throws {
    let card = try card(id)
    #expect(card.id == id && !card.target.isEmpty && !card.sources.isEmpty)
    let sources =
      card.usualRanges.map(\.source) + card.retest.map(\.source) + card.misuse.map(\.source)
      + card.interactions.map(\.source) + [card.usualScan?.source, card.k2prime?.source].compactMap { $0 }
    #expect(sources.allSatisfy { !$0.isEmpty })
    for model in card.models { #expect(ModelCatalogue.names.contains(model), "\(model)") }
    // What there is none of is said.
    #expect(card.models.isEmpty == card.unverified.contains("models"))
    #expect((card.usualScan == nil) == card.unverified.contains("usual scan"))
    #expect((card.k2prime == nil) == card.unverified.contains("k2'"))
    #expect(card.retest.isEmpty == card.unverified.contains("test-retest variability"))
    #expect(card.usualRanges.isEmpty == card.unverified.contains("usual values"))
    for own in card.retest { #expect(0..<100 ~= own.variability) }
    // A note holds several sentences, apart by semicolons.
    let sentences = card.misuse.map(\.sentence) + card.interactions.map(\.sentence)
    for sentence in sentences { #expect(!sentence.contains(";") && !sentence.hasSuffix(".") && sentence.count < 110) }
    for own in card.interactions {
      #expect(!own.drugs.isEmpty)
      for drug in own.drugs { #expect(drug == drug.lowercased()) }
    }
  }

  /// Each target of the balance and of its neighbours has a tracer.
  @Test(arguments: [
    "D1", "D2", "DAT", "VMAT2", "AADC", "5-HT1A", "5-HT1B", "5-HT2A", "5-HT4", "5-HT6", "5-HT7", "SERT", "GABA-A",
    "VAChT", "alpha4beta2", "M1", "NET", "mGluR5", "mu opioid",
  ])
  func everyTargetHasATracer(target: String) { #expect(catalogue.all.contains { $0.target.contains(target) }) }

  /// Every file of Tracers is in the list.
  @Test func everyTracerFileIsInTheCatalogue() throws {
    let folder = Program.package.appendingPathComponent("Sources/PETTracers/Cards").path
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
    #expect(files.count == catalogue.all.count)
  }

  @Test func oneTracerOfTwoSystems() throws {
    let both = try card("betacit")
    #expect(both.marks(.dopamine) && both.marks(.serotonin) && !both.marks(.gaba))
    #expect(abs(both.isotope.halfLife / 3600 - 13.2) < 0.05)
  }

  // MARK: - Test-retest

  /// For normal errors the mean of |x1 - x2| is 2 SD / √π: drawn here, and three values of the method notes.
  @Test func variabilityBecomesAStandardDeviation() throws {
    var random = SeededGenerator(seed: 7)
    var sum = 0.0
    let count = 200_000
    for _ in 0..<count {
      let (a, b) = (1 + 0.05 * random.normal(), 1 + 0.05 * random.normal())
      sum += abs(a - b) / ((a + b) / 2)
    }
    let drawn = TracerCard.Retest([], 100 * sum / Double(count), source: "drawn")
    #expect(abs(drawn.withinSubject - 5) < 0.05)
    func within(_ tracer: String, _ region: String) throws -> Double {
      try #require(try card(tracer).retest.first { $0.regions.contains(region) }).withinSubject
    }
    #expect(abs(try within("raclopride", "putamen") - 3.456) < 1e-3)
    #expect(abs(try within("phno", "substantia nigra") - 16.84) < 1e-2)
    #expect(abs(try #require(try card("way100635").retest.first).withinSubject - 10.63) < 1e-2)
  }

  // MARK: - Misuse

  @Test(arguments: [
    ("raclopride", "ctx-lh-superiorfrontal", "convergent validity"), ("raclopride", "Left-Thalamus", "FLB 457"),
    ("flb457", "Right_Putamen", "cannot be quantified"), ("way100635", "Left-Caudate", "almost nothing"),
    ("way100635", "thalamus", "almost nothing"), ("fepe2i", "Left Hippocampus", "denominator"),
    ("fepe2i", "Cortex", "denominator"), ("fdopa", "Midbrain", "serotonin"), ("fdopa", "raphe", "serotonin"),
    ("dtbz", "hippocampus", "VMAT2"), ("nnc112", "Frontal cortex", "5-HT2A"), ("sch23390", "ctx-rh-insula", "5-HT2"),
    ("cimbi36", "Left-Hippocampus", "5-HT2C"), ("phno", "Substantia-Nigra", "all of the binding"),
    ("phno", "Left-Thalamus-Proper", "half"), ("fpcit", "midbrain", "serotonin transporter"),
    ("betacit", "Brain-Stem", "serotonin transporter"), ("flubatine", "Thalamus", "equilibrium"),
    ("mrb", "Left-Accumbens-area", "no more than the reference"), ("fallypride", "Left-Putamen", "2 h"),
    ("gsk215083", "neocortex", "5-HT2A"), ("altanserin", "Frontal", "steady state"), ("cimbi717", "Thalamus", "pigs"),
  ])
  func misuseIsSaid(tracer: String, region: String, words: String) throws {
    let card = try card(tracer)
    let remarks = card.remarks(region: region)
    #expect(remarks.contains { $0.contains(words) }, "\(remarks)")
    #expect(remarks.allSatisfy { $0.hasPrefix(card.shortName + ": ") })
  }

  /// Where a tracer is at home, and in its reference, nothing is said.
  @Test(arguments: [
    ("raclopride", "Left-Putamen"), ("raclopride", "Left-Cerebellum-Cortex"), ("raclopride", "wm-lh-insula"),
    ("raclopride", "SubCortGrayVol"), ("flb457", "ctx-lh-insula"), ("flb457", "Left-Thalamus"),
    ("way100635", "Left-Hippocampus"), ("way100635", "hypothalamus"), ("fepe2i", "Left-Caudate"),
    ("fepe2i", "substantia nigra"), ("dtbz", "Left-Putamen"), ("nnc112", "Left-Caudate"), ("phno", "Left-Caudate"),
    ("betacit", "Striatum"), ("cimbi36", "ctx-lh-parahippocampal"), ("dasb", "Midbrain"), ("mrb", "Left-Thalamus"),
    ("altanserin", "cerebellum"),
  ])
  func nothingIsSaidAtHome(tracer: String, region: String) throws {
    #expect(try card(tracer).remarks(region: region).isEmpty)
  }

  /// One finding for each rule, which names its regions.
  @Test func misuseFindingsNameTheirRegions() throws {
    let findings = try card("raclopride").misuseFindings(regions: ["Left-Putamen", "ctx-lh-insula", "Left-Amygdala"])
    #expect(findings.count == 1 && findings[0].code.word == "tracer-misuse" && findings[0].level == .warning)
    #expect(findings[0].value == "ctx-lh-insula, Left-Amygdala" && findings[0].remedy.contains("Freiburghaus"))
    #expect(try card("raclopride").misuseFindings(regions: ["Left-Putamen"]).isEmpty)
  }

  /// Values beyond a published range by more than half of its width are told, with the range; others, and what has no range, are not.
  @Test func unusualValuesAreTold() throws {
    let card = try card("dasb")
    // Putamen 1.56 to 2.72, thalamus 1.4 to 2.48.
    let values = [("Left-Putamen", 3.4), ("Right-Putamen", 3.2), ("Thalamus", 0.5), ("Cortex", 9), ("Putamen", .nan)]
    let finding = try #require(card.unusualFinding("BPND", values.map { (region: $0.0, value: $0.1) }))
    #expect(finding.level == .note && finding.code.word == "value-unusual")
    #expect(finding.value == "Left-Putamen 3.4 (1.56 to 2.72), Thalamus 0.5 (1.4 to 2.48)")
    #expect(finding.remedy.contains("inferred"))
    #expect(card.unusualFinding("BPND", [("Right-Putamen", 3.2)]) == nil)
    #expect(card.unusualFinding("VT", [("Right-Putamen", 30)]) == nil)
  }

  // MARK: - Scans and drugs

  @Test func aShortScanIsSaid() throws {
    let dasb = try card("dasb")
    #expect(dasb.lengthFinding(end: 40 * 60)?.code.word == "scan-short" && dasb.lengthFinding(end: 60 * 60) == nil)
    // A static scan must reach its window.
    let feobv = try card("feobv")
    #expect(feobv.lengthFinding(end: 120 * 60) != nil && feobv.lengthFinding(end: 210 * 60) == nil)
    // Without a source nothing is usual.
    #expect(try card("p943").lengthFinding(end: 60) == nil)
  }

  @Test(arguments: [
    ("dasb", "Citalopram 20 mg", "citalopram"), ("dasb", "escitalopram; zopiclone", "citalopram"),
    ("dasb", "SSRI", "ssri"), ("dasb", "none", nil), ("dasb", "n/a", nil), ("dasb", "no SSRI", nil),
    ("dasb", "ssri-free", nil), ("raclopride", "lisdexamfetamine", "amfetamine"), ("raclopride", "sertraline", nil),
    ("raclopride", "Haloperidol", "haloperidol"), ("flumazenil", "Lorazepam 1 mg", "lorazepam"),
  ])
  func drugsAreKnown(tracer: String, cell: String, drug: String?) throws {
    #expect(try card(tracer).interactions.lazy.compactMap { $0.drug(in: cell) }.first == drug)
  }

  // MARK: - A user's own

  @Test func ownCardsTakeThePlaceOfOthers() throws {
    func own(_ id: String, _ name: String, _ synonyms: [String] = []) -> TracerCard {
      TracerCard(
        id: id, name: name, synonyms: synonyms, target: "D2/D3 receptor", system: .dopamine, isotope: .carbon11,
        referenceRegions: [], models: [], sources: ["own"])
    }
    let count = catalogue.all.count
    // By id, by name and by a synonym of the built-in one.
    for card in [own("raclopride", "mine"), own("mine", "11C-Raclopride"), own("mine", "mine", ["RACLO"])] {
      let more = catalogue.adding([card])
      #expect(more.all.count == count && more.all.last == card)
      #expect(more.find(card.name) == card)
    }
    let more = catalogue.adding([own("newone", "[11C]new one")])
    #expect(more.all.count == count + 1 && more.find("raclopride") == catalogue.find("raclopride"))
    #expect(more.find("New-One")?.id == "newone" && catalogue.find("newone") == nil)
  }
}
