import Foundation
import PETCore
import PETTestSupport
import Testing

/// Words of anatomy in the names of the field's segmentations.
struct AnatomicalVocabularyTests {
  private static let words = AnatomicalVocabulary.builtIn

  private static func labels(_ word: String, _ names: [String], _ words: AnatomicalVocabulary = words) -> [String]? {
    words.places(of: word, among: names).map { $0.map { names[$0] } }
  }

  private static func sides(_ names: [String], _ left: String, _ right: String) -> [String] {
    names.flatMap { [left + $0, right + $0] }
  }

  static let freesurfer =
    sides(
      ["Cerebral-White-Matter", "Cerebellum-White-Matter", "Cerebellum-Cortex", "Thalamus", "Caudate", "Putamen"],
      "Left-",
      "Right-") + ["Brain-Stem", "Left-Accumbens-area", "Right-Accumbens-area", "Pons", "Vermis"]
    + sides(["cuneus", "lateraloccipital", "lingual", "pericalcarine", "insula"], "ctx-lh-", "ctx-rh-")

  @Test(arguments: [
    ("cerebellum", ["Left-Cerebellum-Cortex", "Right-Cerebellum-Cortex"]),
    ("Cerebellar grey matter", ["Left-Cerebellum-Cortex", "Right-Cerebellum-Cortex"]),
    ("Cerebellum-Cortex", ["Left-Cerebellum-Cortex", "Right-Cerebellum-Cortex"]), ("pons", ["Pons"]),
    ("white matter", ["Left-Cerebral-White-Matter", "Right-Cerebral-White-Matter"]),
    (
      "occipital cortex",
      [
        "ctx-lh-cuneus", "ctx-rh-cuneus", "ctx-lh-lateraloccipital", "ctx-rh-lateraloccipital", "ctx-lh-lingual",
        "ctx-rh-lingual", "ctx-lh-pericalcarine", "ctx-rh-pericalcarine",
      ]
    ),
    (
      "striatum",
      [
        "Left-Caudate", "Right-Caudate", "Left-Putamen", "Right-Putamen", "Left-Accumbens-area", "Right-Accumbens-area",
      ]
    ), ("ventral striatum", ["Left-Accumbens-area", "Right-Accumbens-area"]), ("brainstem", ["Brain-Stem"]),
  ])
  func freesurfer(word: String, labels: [String]) { #expect(Self.labels(word, Self.freesurfer) == labels) }

  /// The two sides' names as other lists write them.
  @Test func otherLists() {
    let parts = ["Crus1", "Crus2", "3", "4_5", "6", "7b", "8", "9", "10"]
    let aal = parts.flatMap { ["Cerebelum_\($0)_L", "Cerebelum_\($0)_R"] } + ["Vermis_3", "Caudate_L", "Caudate_R"]
    #expect(Self.labels("cerebellum", aal)?.count == 18)
    // One lobule less is another region.
    #expect(Self.labels("cerebellum", Array(aal.dropFirst(2))) == nil)
    let hammers = ["Cerebellum Left", "Cerebellum Right", "Lingual gyrus Left", "Lingual gyrus Right", "Cuneus Left"]
    #expect(Self.labels("cerebellum", hammers) == ["Cerebellum Left", "Cerebellum Right"])
    #expect(Self.labels("occipital cortex", hammers) == nil)
    // A region of both sides counts before its halves, and once.
    let merged = ["Left-Cerebellum-Cortex", "Right-Cerebellum-Cortex", "Cerebellum-Cortex"]
    #expect(Self.labels("cerebellum", merged) == ["Cerebellum-Cortex"])
    // White matter of the cerebellum alone is no cerebellum, nor is one side.
    #expect(Self.labels("cerebellum", ["Left-Cerebellum-White-Matter", "Right-Cerebellum-White-Matter"]) == nil)
    #expect(Self.labels("cerebellum", ["Left-Cerebellum-Cortex", "Left-Putamen"]) == nil)
    #expect(Self.labels("Hypophysis", Self.freesurfer) == nil)
  }

  /// Numbers alone are FreeSurfer's where all of them are, and nobody else's: Hammers and AAL count from 1.
  @Test func numbersAlone() {
    let numbers = ["2", "8", "10", "11", "12", "41", "47", "49", "50", "51", "1005", "2005"]
    #expect(Self.labels("cerebellum", numbers) == ["8", "47"])
    #expect(Self.labels("8", numbers) == ["8"] && Self.labels("Left-Caudate", numbers) == ["11"])
    #expect(Self.labels("cerebellum", numbers.map { "label-\($0)" }) == ["label-8", "label-47"])
    #expect(Self.labels("cerebellum", (1...83).map(String.init)) == nil)
    #expect(Self.labels("cerebellum", ["8", "47"]) == nil && Self.labels("cerebellum", numbers + ["x"]) == nil)
    #expect(FreeSurferLabels.names(of: [8, 11, 12, 47, 50, 51])?.first == "Left-Cerebellum-Cortex")
    #expect(FreeSurferLabels.names(of: Array(1...116)) == nil)
  }

  @Test func wordsOfTheUser() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("words.tsv")
    try AtomicFile.write("word\tlabels\ncerebellum\tVermis + Pons\nmy region\tcerebellum\n", to: path)
    let words = try AnatomicalVocabulary.builtIn.adding(path)
    #expect(Self.labels("cerebellum", Self.freesurfer, words) == ["Vermis", "Pons"])
    #expect(Self.labels("My-Region", Self.freesurfer, words) == ["Vermis", "Pons"])
    #expect(Self.labels("pons", Self.freesurfer, words) == ["Pons"])
    // It counts before a region of that name, and where its labels are not there nothing stands for it.
    #expect(Self.labels("cerebellum", ["Cerebellum", "Vermis", "Pons"], words) == ["Vermis", "Pons"])
    #expect(Self.labels("cerebellum", ["Cerebellum", "Pons"], words) == nil)
    #expect(words.missing(of: "cerebellum", among: ["Cerebellum", "Pons"]) == "Vermis")
  }

  /// Two regions of one side and name are nobody's to choose from.
  @Test func aSideIsOneRegion() {
    let names = ["Left-Cerebellum-Cortex", "Right-Cerebellum-Cortex", "lh-Cerebellum-Cortex", "Cerebellum-Cortex-R"]
    #expect(Self.labels("cerebellum", names) == nil)
  }

  /// Words that lead to each other in every way end at once, and chains without an end are refused.
  @Test func wordsEnd() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("words.tsv")
    let doubled = (0..<18).map { "w\($0)\tw\($0 + 1)\nw\($0)\tw\($0 + 1) + x\n" }.joined()
    try AtomicFile.write("word\tlabels\n" + doubled, to: path)
    let words = try AnatomicalVocabulary.builtIn.adding(path)
    let seconds = OwnTime.seconds {
      #expect(Self.labels("w0", Self.freesurfer, words) == nil)
      #expect(Self.labels("w0", ["w18"], words) == ["w18"])
    }
    #expect(seconds < 10)
    for text in [
      "a\tb\nb\ta\n", "a\ta + Pons\n",
      (0..<2000).map { "w\($0)\tw\($0 + 1)\n" }.joined(),
    ] {
      try AtomicFile.write("word\tlabels\n" + text, to: path)
      let error = #expect(throws: PETError.self) { try AnatomicalVocabulary.builtIn.adding(path) }
      #expect(error?.file == path && error?.remedy == "name the labels themselves")
    }
  }

  @Test(arguments: ["word\tother\na\tb\n", "word\tlabels\na\tn/a\n", "word\tlabels\na\tb + \n", "labels\nb\n"])
  func wrongTablesAreRefused(text: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("words.tsv")
    try AtomicFile.write(text, to: path)
    let error = #expect(throws: PETError.self) { try AnatomicalVocabulary.builtIn.adding(path) }
    #expect(error?.file == path)
  }

  /// Every line of the built-in words is a list of labels or of other words, and no word leads to itself alone.
  @Test func builtInWordsParse() {
    #expect(Self.words.words.count > 20)
    for word in Self.words.words { #expect(Self.labels(word, [word]) == [word], "\(word)") }
  }
}
