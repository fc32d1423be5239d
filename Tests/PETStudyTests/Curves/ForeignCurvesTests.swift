import Foundation
import PETCore
import PETStudy
import PETTestSupport
import Testing

/// Curves of other programs, written by hand after the descriptions of their formats: three frames of two regions, 0-60, 60-180
/// and 180-480 s, in every dress.
struct ForeignCurvesTests {
  private static let ends = [60.0, 180, 480]
  private static let putamen = [1.0, 2.5, 4]
  private static let cerebellum = [2.0, 3, 0.5]

  private static func read(_ name: String, _ text: String, json: String? = nil, raw: PETSidecar? = nil) throws
    -> CurveTable
  {
    let folder = try TemporaryFolder()
    if let json { try folder.write((name as NSString).deletingPathExtension + ".json", json) }
    return try CurveReader.read(try folder.write(name, text), raw: raw)
  }

  private static func fault(_ name: String, _ text: String, json: String? = nil) -> PETError? {
    do {
      _ = try read(name, text, json: json)
      return nil
    } catch { return error as? PETError }
  }

  @Test(arguments: [
    // PMOD: the header ends in a tab, time in the first bracket, activity in the second.
    ("a.tac", "start[seconds]\tend[kBq/cc]\tPutamen\tCerebellum\t\n0\t60\t1\t2\n60\t180\t2.5\t3\n180\t480\t4\t0.5\n"),
    (
      "b.tac",
      "start[minutes]\tend[Bq/cc]\tPutamen\tCerebellum\t\r\n0\t1\t1000\t2000\t\r\n1\t3\t2500\t3000\t\r\n3\t8\t4000\t500\t\r\n"
    ),
    // Turku: blanks, and remarks.
    (
      "c.tac",
      "# studynr := x\nstart[minutes] end[kBq/mL] Putamen Cerebellum\n0 1 1 2\n1 3 2.5 3\n3 8 4 0.5\n# weighting := no\n"
    ),
    (
      "d.dft",
      "DFT1\tPutamen\tCerebellum\nx1\t.\t.\nkBq/ml\t.\t.\nTimes (min)\t12.5\t.\n0\t1\t1\t2\n1\t3\t2.5\t3\n3\t8\t4\t0.5\n"
    ),
    (
      "e.dft",
      "DFT Putamen Cerebellum\nx1 . .\nBq/cc . .\nTimes (sec) . .\n# a remark\n0 60 1000 2000\n60 180 2500 3000\n180 480 4000 500\n"
    ),
    ("f.csv", "start[s];end[kBq/ml];Putamen;Cerebellum\n0;60;1;2\n60;180;2.5;3\n180;480;4;0.5\n"),
    ("g.csv", "\u{FEFF}frame_start,frame_end,\"Putamen\",Cerebellum\n0,60,1,2\n60,180,2.5,3\n180,480,4,0.5\n"),
    (
      "h.tsv",
      "frame_start(min)\tframe_end(min)\tPutamen\tPutamen_unc\tCerebellum\tCerebellum_unc\n0\t1\t1\t0.1\t2\t0.1\n1\t3\t2.5\t0.1\t3\t0.1\n3\t8\t4\t0.1\t0.5\t0.1\n"
    ),
    (
      "i.tsv",
      "mid[min]\tduration[min]\tPutamen\tCerebellum\tWeights\n0.5\t1\t1\t2\t1\n2\t2\t2.5\t3\t0\n5.5\t5\t4\t0.5\t2\n"
    ),
  ])
  func everyDress(name: String, text: String) throws {
    let table = try Self.read(name, text)
    #expect(table.names == ["Putamen", "Cerebellum"])
    #expect(zip(table.frames.ends, Self.ends).allSatisfy { abs($0 - $1) < 1e-9 } && table.frames.count == 3)
    for (curve, truth) in zip(table.curves, [Self.putamen, Self.cerebellum]) {
      #expect(zip(curve, truth).allSatisfy { abs($0 - $1) < 1e-12 })
    }
    #expect(table.weightColumn == (name == "i.tsv" ? [1, 0, 2] : nil))
  }

  /// A unit in the header is stated; remarks may name the isotope; a missing value is none.
  @Test func whatATableSays() throws {
    let text = "start[min] end[kBq/mL] Putamen Cerebellum\n0 1 . 2\n1 3 2.5 3\n# isotope := F-18\n"
    let table = try Self.read("a.tac", text)
    #expect(table.isotope == .fluorine18 && table.curves[0][0].isNaN && table.curves[0][1] == 2.5)
    #expect(!table.findings.contains { $0.field == "Units" })
    let other = try Self.read("a.tac", text, json: "{\"Units\": \"Bq/mL\", \"ImageDecayCorrected\": true}")
    #expect(other.curves[0][1] == 2.5 && other.findings.contains { $0.field == "Units" && $0.castsDoubt })
  }

  private static let voistat = """
    # VOI statistics
    //Component\tVoiName(Region) [string]\tTime [minutes]\tAveraged [kBq/cc]\tSd [kBq/cc]
    1\tPutamen\t0.5\t1\t0.1
    1\tPutamen\t2\t2.5\t0.1
    1\tPutamen\t5.5\t4\t0.1
    1\tCerebellum\t0.5\t2\t0.1
    1\tCerebellum\t2\t3\t0.1
    1\tCerebellum\t5.5\t0.5\t0.1

    """
  private static let frames =
    "{\"FrameTimesStart\": [0, 60, 180], \"FrameDuration\": [60, 120, 300], \"ImageDecayCorrected\": true}"

  /// One time a frame is no frame: its start and end are a JSON's, and must hold the time.
  @Test func oneTimeAFrame() throws {
    let table = try Self.read("a.voistat", Self.voistat, json: Self.frames)
    #expect(table.names == ["Putamen", "Cerebellum"] && table.curves == [Self.putamen, Self.cerebellum])
    #expect(table.frames.ends == Self.ends)
    let kinfitr = "Times\tPutamen\tWeights\n0.5\t1\t1\n2\t2.5\t1\n5.5\t4\t1\n"
    #expect(Self.fault("t.tsv", kinfitr)?.problem.contains("one time a frame") == true)
    #expect(Self.fault("a.voistat", Self.voistat)?.problem.contains("one time a frame") == true)
    // Minutes that are not said to be minutes lie in no frame.
    #expect(Self.fault("t.tsv", kinfitr, json: Self.frames)?.problem.contains("does not lie in the frame") == true)
    let stated = try Self.read("t.tsv", kinfitr.replacing("Times", with: "Times[min]"), json: Self.frames)
    #expect(stated.curves == [Self.putamen] && stated.frames.ends == Self.ends)
    // A unit that is none is no s, whoever states it.
    let odd = "{\"frame_start\": {\"Units\": \"parsec\"}}"
    #expect(Self.fault("t.csv", "frame_start,frame_end,A\n0,60,1\n", json: odd)?.problem.contains("parsec") == true)
    #expect(Self.fault("t.tsv", kinfitr.replacing("Times", with: "Times[parsec]"), json: Self.frames) != nil)
  }

  @Test(arguments: [
    ("a.tac", "start[parsec]\tend[kBq/cc]\tA\n0\t60\t1\n", "parsec"),
    ("a.tac", "start\tend\tA\n0\t60\t1\n", "unit"),
    ("a.tac", "start[s]\tend[kBq/cc]\tA\tB\n0\t60\t1\n", "3 cells where the header has 4"),
    ("a.tac", "start[s]\tend[kBq/cc]\tA\n0\t60\tx\n", "'x' is not a number"),
    ("a.tac", "start[s]\tend[kBq/cc]\tA\ta\n0\t60\t1\t2\n", "one region's name"),
    ("a.tac", "start[s]\tend[kBq/cc]\n0\t60\n", "no region columns"),
    ("a.tac", "start[s]\tend[kBq/cc]\tA\n60\t0\t1\n", "is not a positive duration"),
    ("a.dft", "DFT1\tA\nx1\t.\nkBq/ml\t.\nTimes\t.\n0\t1\t1\n", "unit of the times"),
    ("a.dft", "DFT1\tA\tB\nx1\t.\nkBq/ml\t.\t.\nTimes (min)\t.\t.\n0\t1\t1\t1\n", "same regions"),
    ("a.dft", "DFT1\tA\nx1\t.\nkBq/ml\t.\nTimes (min)\t.\n", "no frames"),
    ("a.voistat", "//VoiName\tTime [s]\tSd\nA\t1\t1\n", "averaged"),
    ("a.tac", "PK\u{3}\u{4}xxxx", "spreadsheet"), ("a.tac", "MATLAB 5.0 MAT-file", "MATLAB"),
    ("a.tac", "MATRIX72v", "ECAT"),
    ("a.tac", "\n\n", "empty"),
  ])
  func slips(name: String, text: String, words: String) throws {
    let error = try #require(Self.fault(name, text))
    #expect(error.problem.contains(words), "\(error)")
    #expect(error.file?.hasSuffix(name) == true && error.code == .wrongInput)
  }
}
