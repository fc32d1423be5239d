import Foundation
import PETCore
import PETPipeline
import PETTestSupport
import Testing

struct ChoiceGridTests {
  private static func grid(
    dopamine: String = "model: SRTM, reference: cerebellum", serotonin: String = "model: SRTM, reference: cerebellum",
    _ more: String = ""
  ) throws(PETError) -> ChoiceGrid {
    try ChoiceGrid(
      text: """
        name: grid
        read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
        models:
          dopamine: {\(dopamine)}
          serotonin: {\(serotonin)}
        \(more)
        """, file: "grid.yaml")
  }

  /// Every combination once, the first choice changing slowest.
  @Test func combinationsInOrder() throws {
    let grid = try Self.grid(serotonin: "model: [SRTM, MRTM2], reference: cerebellum", "curves: {smooth: [0, 4, 8]}")
    #expect(grid.choices == ["curves.smooth", "models.serotonin.model"])
    #expect(
      grid.universes.map(\.values) == [
        ["0", "SRTM"], ["0", "MRTM2"], ["4", "SRTM"], ["4", "MRTM2"], ["8", "SRTM"], ["8", "MRTM2"],
      ])
    #expect(grid.universes.map(\.index) == Array(1...6) && grid.universes[3].definition.curves.smoothing == 4)
    #expect(grid.universes[3].definition.denominator?.model == "MRTM2" && grid.universes[3].definition.maps == nil)
  }

  /// What a model has no use for makes no universe of its own: SRTM has no k2', MRTM2 has.
  @Test func choicesWithoutUse() throws {
    let grid = try Self.grid(dopamine: "model: [SRTM, MRTM2], reference: cerebellum, k2prime: [0.1, 0.2]")
    #expect(grid.universes.map(\.values) == [["SRTM", "n/a"], ["MRTM2", "0.1"], ["MRTM2", "0.2"]])
  }

  /// What the model that follows has a use for is a choice too: MA1 has t*, 2TCM has not.
  @Test func choicesOfTheModelThatFollows() throws {
    let roles = "model: 2TCM, otherwise: MA1, tstar: [20, 30]"
    let grid = try Self.grid(dopamine: roles, serotonin: "model: 2TCM", "balance: {measure: VT}")
    #expect(grid.universes.map(\.values) == [["20"], ["30"]])
    let models = try Self.grid(
      dopamine: "model: [2TCM, MA1], tstar: [20, 30]", serotonin: "model: 2TCM", "balance: {measure: VT}")
    #expect(models.universes.map(\.values) == [["2TCM", "n/a"], ["MA1", "20"], ["MA1", "30"]])
  }

  /// Bounds are mappings of two numbers, and no choices of their own; several of them are a list.
  @Test func bounds() throws {
    let role = "model: [SRTM, MRTM2], reference: cerebellum, bounds: "
    let one = try Self.grid(dopamine: role + "{BPND: [0, 10]}")
    #expect(one.choices == ["models.dopamine.model"] && one.universes.map(\.values) == [["SRTM"], ["MRTM2"]])
    let two = try Self.grid(dopamine: role + "[{BPND: [0, 10]}, {BPND: [0, 1]}]")
    #expect(two.universes.map { $0.values[1] } == ["BPND=0-10", "BPND=0-1", "BPND=0-10", "BPND=0-1"])
  }

  /// The same value in other letters is one; a sign or a comma makes another.
  @Test func valuesThatLookAlike() throws {
    let plasma = "model: 2TCM"
    func values(_ more: String) throws -> [[String]] {
      try Self.grid(dopamine: plasma, serotonin: plasma, "balance: {measure: VT}\n\(more)").universes.map(\.values)
    }
    #expect(try values("input: {delay: [-5, 5]}") == [["-5"], ["5"]])
    let frames = try Self.grid(dopamine: "model: SRTM, reference: cerebellum, exclude-frames: [[1, 2], [12]]")
    #expect(frames.universes.map(\.values) == [["1-2"], ["12"]])
    let words = try Self.grid(dopamine: "model: SRTM, reference: [Left-Cerebellum, left_cerebellum, cerebellum]")
    #expect(words.universes.map(\.values) == [["Left-Cerebellum"], ["cerebellum"]])
  }

  @Test(arguments: [
    ("", "", "no setting is a list"), ("model: [], reference: a", "", "the list is empty"),
    ("model: SRTM, reference: a", "curves: {smooth: [0, -1]}", "(with curves.smooth -1)"),
    ("model: SRTM, reference: a", "regions: {definitions: [auto], segmentation: {a: [b]}}", "cannot be a list"),
    ("model: [SRTM, SRTMX], reference: a", "", "'SRTMX'"),
    (
      "model: SRTM, reference: [\((0..<101).map { "a\($0)" }.joined(separator: ", "))]",
      "curves: {smooth: [\((0..<100).map { "\(Double($0) / 10)" }.joined(separator: ", "))]}", "more than 10000"
    ),
  ])
  func whatIsRefused(dopamine: String, more: String, words: String) {
    let error = #expect(throws: PETError.self) {
      try dopamine.isEmpty ? Self.grid() : Self.grid(dopamine: dopamine, more)
    }
    #expect(
      error?.description.contains(words) == true || error?.others.contains { $0.contains(words) } == true,
      "\(String(describing: error))")
  }

  /// A file of another system: a mark of its encoding, and lines that end in two characters.
  @Test func filesOfOtherSystems() throws {
    let folder = try TemporaryFolder()
    let text = SmallStudy.pipeline + "\ncurves: {smooth: [0, 4]}\n"
    let path = try folder.write("grid.yaml", "\u{feff}" + text.replacingOccurrences(of: "\n", with: "\r\n"))
    #expect(try ChoiceGrid(path: path).universes.map(\.values) == [["0"], ["4"]])
    try folder.write("latin.yaml", Data([0x6e, 0xe9, 0x0a]))
    #expect(
      #expect(throws: PETError.self) { try ChoiceGrid(path: folder.file("latin.yaml")) }?.remedy
        == "save the file as UTF-8")
  }

  @Test(arguments: ["", "[a, b]", "text"])
  func whatIsNoPipeline(text: String) {
    #expect(throws: PETError.self) { try ChoiceGrid(text: text, file: "grid.yaml") }
  }
}
