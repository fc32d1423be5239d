import Foundation
import PETCore
import PETStudy
import PETTestSupport
import Testing

/// Frame times from files of their own: 0-60, 60-180 and 180-480 s in every dress.
struct FrameTimesFileTests {
  static let starts = [0.0, 60, 180]
  static let durations = [60.0, 120, 300]

  private static func read(_ text: String, unit: String? = nil, name: String = "frames.txt") throws -> FrameTimesFile {
    let folder = try TemporaryFolder()
    return try FrameTimesFile(path: try folder.write(name, text), unit: unit)
  }

  @Test(arguments: [
    "start[s]\tend[s]\n0\t60\n60\t180\n180\t480\n", "start (min) end (min)\n0 1\n1 3\n3 8\n",
    "Start[min],Duration[min]\r\n0,1\r\n1,2\r\n3,5\r\n", "mid[s];duration[s]\n30;60\n120;120\n330;300\n",
    "# frame_start_s frame_end_s\n0 60\n\n60 180\n180 480\n", "frame\tstart_min\tend_min\n1\t0\t1\n2\t1\t3\n3\t3\t8\n",
    "# Frames of a scan\nstart[s] end[s]\n0 60\n60 180\n# 100 120\n180 480\n",
    "\"start[s]\",\"end[s]\"\n0,60\n60,180\n180,480\n",
    "start[s]\tduration[s]\tend[s]\n0\t60\t60\n60\t120\t180\n180\t300\t480\n",
    "\u{FEFF}start[seconds]\tend[seconds]\n0\t60\n60\t180\n180\t480",
  ])
  func namedColumns(text: String) throws {
    let file = try Self.read(text)
    #expect(zip(file.starts, Self.starts).allSatisfy { abs($0 - $1) < 1e-9 } && file.starts.count == 3)
    #expect(zip(file.durations, Self.durations).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  /// Written after Turku's description of the format.
  @Test func scanInformationFile() throws {
    let text = "12/11/2009 11:02:33 3 4 1 test1 C-11\n0 60 100 10\n60 180 2000 100\n180 480 3000 200\n"
    let file = try Self.read(text, name: "a.sif")
    #expect(file.starts == Self.starts && file.durations == Self.durations)
    let error = #expect(throws: PETError.self) { try Self.read(text.replacing(" 3 4 1 ", with: " 4 4 1 ")) }
    #expect(error?.problem.contains("4 frames are announced and 3 follow") == true)
    #expect(file.isotope == .carbon11)
    // Its times are in s, and so are those of a JSON; a JSON that counts from another zero is a sidecar.
    #expect(throws: PETError.self) { try Self.read(text, unit: "min", name: "a.sif") }
    #expect(try Self.read(text, unit: "s", name: "a.sif").starts == Self.starts)
    let json = "{\"FrameTimesStart\": [0, 60], \"FrameDuration\": [60, 60]}"
    #expect(throws: PETError.self) { try Self.read(json, unit: "min", name: "a.json") }
    #expect(throws: PETError.self) {
      try Self.read(json.replacing("}", with: ", \"InjectionStart\": 30}"), name: "a.json")
    }
  }

  @Test func listsOfJSON() throws {
    let text = "{\"FrameTimesStart\": [0, 60, 180], \"FrameDuration\": [60, 120, 300]}"
    let file = try Self.read(text, name: "other.json")
    #expect(file.starts == Self.starts && file.durations == Self.durations)
    #expect(throws: PETError.self) { try Self.read("{\"FrameDuration\": [60]}", name: "other.json") }
  }

  /// A unit that is not stated is asked for, and one that is stated twice must be one.
  @Test func unitsAreNeverGuessed() throws {
    let bare = "0 1\n1 3\n3 8\n"
    let error = #expect(throws: PETError.self) { try Self.read(bare) }
    #expect(error?.problem.contains("the unit of the times is not stated") == true)
    #expect(try Self.read(bare, unit: "min").durations == Self.durations)
    #expect(try Self.read(bare, unit: "s").durations == [1, 2, 5])
    #expect(throws: PETError.self) { try Self.read("start end\n0 1\n") }
    #expect(throws: PETError.self) { try Self.read(bare, unit: "fortnight") }
    #expect(throws: PETError.self) { try Self.read("start[s] end[min]\n0 1\n") }
    #expect(throws: PETError.self) { try Self.read("start[s] end[s]\n0 60\n", unit: "min") }
    #expect(try Self.read("start[min] end[min]\n0 1\n", unit: "min").durations == [60])
  }

  @Test(arguments: [
    ("", "is empty"), ("start[s]\tend[s]\n", "no frame follows"),
    ("start[s] end[s]\n0 sixty\n", "'sixty' is not a number"),
    ("start[s] end[s]\n0 60\n60\n", "1 numbers where the first frame has 2"),
    ("start[s] end[s]\n60 0\n", "is not a positive duration"),
    ("begin[s] other[s]\n0 60\n", "there are no columns of start and end"),
    ("start[s] duration[s] end[s]\n0 60 90\n", "do not add up"),
    ("start[parsec] end[parsec]\n0 60\n", "'parsec' is not a unit"),
    ("start[s] duration\n0 1\n", "the unit of 'duration' is not stated"),
    ("start[s] duration[s] mid[s]\n0 60 50\n", "mid is not the middle"),
    ("start[s] start[s] duration[s]\n0 0 60\n", "two columns have one meaning"), ("0x10 0x20\n", "no frame follows"),
  ])
  func slips(text: String, words: String) throws {
    let error = #expect(throws: PETError.self) { try Self.read(text, unit: text.hasPrefix("0") ? "s" : nil) }
    #expect(error?.file?.hasSuffix("frames.txt") == true)
    #expect(error?.problem.contains(words) == true, "\(error as Any)")
  }
}
