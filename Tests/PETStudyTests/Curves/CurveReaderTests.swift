import Foundation
import PETCore
import PETStudy
import PETTestSupport
import Testing

struct CurveReaderTests {
  /// Each dialect of PETPrep's time columns, with CR LF.
  @Test(arguments: [
    ("frame_start", "frame_end"), ("FrameTimesStart", "FrameTimesEnd"), ("FrameTimeStart", "FrameTimesEnd"),
  ])
  func readsTheDialects(start: String, end: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "sub-1_tacs.tsv", "\(start)\t\(end)\tLeft-A\tB\r\n0\t30\t1000\t2000\r\n30\t90\t3000\tn/a\r\n")
    try folder.write("sub-1_tacs.json", #"{"Units": ["Bq/mL"], "ImageDecayCorrected": true}"#)
    let table = try CurveReader.read(path)
    #expect(table.names == ["Left-A", "B"] && table.curves[0] == [1, 3] && table.curves[1][1].isNaN)
    #expect(table.frames.durations == [30, 60])
  }

  @Test func withoutSidecarSaysWhatItAssumes() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.tsv", "frame_start\tframe_end\tA\tweight\n0\t30\t1\t2\n30\t60\t2\t3\n")
    let table = try CurveReader.read(path)
    #expect(table.names == ["A"] && table.weightColumn == [2, 3])
    #expect(table.findings.map(\.code.word) == ["units"])
  }

  @Test func timesInMinutesBySidecar() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.tsv", "frame_start\tframe_end\tA\n0\t0.5\t1\n0.5\t1\t2\n")
    try folder.write("a.json", #"{"Units": "kBq/mL", "ImageDecayCorrected": true, "frame_start": {"Units": "min"}}"#)
    #expect(try CurveReader.read(path).frames.durations == [30, 30])
  }

  @Test func volumesComeFromMorph() throws {
    let folder = try TemporaryFolder()
    try folder.write("sub-1/anat/sub-1_desc-preproc_seg-gtm_morph.tsv", "index\tname\tvolume-mm3\n1\tA\t12.5\n")
    let path = try folder.write(
      "sub-1/ses-a/pet/sub-1_ses-a_desc-preproc_seg-gtm_tacs.tsv", "frame_start\tframe_end\tA\tB\n0\t30\t1\t2\n")
    let table = try CurveReader.read(path)
    #expect(table.volumes == [12.5, nil])
  }
}
