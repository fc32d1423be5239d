import PETCore
import PETImaging
import PETKinetics
import PETResults
import PETTestSupport
import Testing

@testable import PETPages

/// Figures of one scan: frames, curves, input, map against regions, head and maps.
struct ScanFiguresTests {
  private static func number(_ attributes: [String: String], _ name: String) -> Double {
    attributes[name].flatMap(Double.init) ?? .nan
  }

  /// Frames of 0-60, 60-180 and 300-600 s: one gap between 3 and 5 min; a second of rounding is none.
  @Test func gapsBetweenFrames() throws {
    let scan = try SmallReports.scan([("A", [1, 2, 3])])
    let gaps = FrameTimeline.gaps(scan.frames)
    #expect(gaps.count == 1 && gaps[0].start == 180 && gaps[0].end == 300)
    let close = try FrameSchedule(starts: [1, 62, 124.5], durations: [60, 61.5, 60])
    #expect(FrameTimeline.gaps(close).isEmpty)
    #expect(FrameTimeline.gaps(try FrameSchedule(starts: [0, 62], durations: [60, 60])).count == 1)
    let late = FrameTimeline.gaps(try FrameSchedule(starts: [600], durations: [60]))
    #expect(late.count == 1 && late[0].start == 0 && late[0].end == 600)
    var own = scan
    own.fitted = .init(weights: [1, 0, 2], predicted: [[1, 2, 3]], plot: nil)
    let picture = XMLReader(FrameTimeline.drawing(own).svg)
    #expect(picture.attributes[0]["aria-label"]?.hasSuffix("3 frames, 0 s to 10 min; gaps: 3 to 5 min") == true)
    #expect(picture.all("rect").map { $0["class"] } == ["frame-a", "frame-out", "frame-a", "gap"])
    #expect(picture.words("title")[1] == "frame 2: 60 to 180 s, does not count in the fit")
    // The frame of 5 of 10 minutes takes half of the 456 units; tenths are rounded.
    #expect(abs(Self.number(picture.all("rect")[2], "width") - 228) < 0.11)
  }

  @Test func aCurveWithItsFit() throws {
    var scan = try SmallReports.scan(
      [("Left-Putamen", [1, 2, 4]), ("Pons", [.nan, .nan, .nan])],
      estimates: "left putamen\t2.5\t0.1\t2.3\t2.7\tconverged\tn/a\tn/a\nPons\tn/a\tn/a\tn/a\tn/a\tnoSignal\tn/a\tn/a\n"
    )
    scan.fitted = .init(weights: [1, 0, 2], predicted: [[1.5, 2, 3.5], [.nan, .nan, .nan]], plot: nil)
    let picture = XMLReader(CurveFigure.drawing(scan, region: 0).svg)
    #expect(picture.attributes[0]["aria-label"]?.contains("BPND 2.5, converged") == true)
    // Two frames count and one does not; the residuals are -0.5 and 0.5, of the frames that count.
    func moves(_ style: String) -> Int {
      picture.all("path", class: style).first?["d"]?.split(separator: "M").count ?? 0
    }
    #expect(moves("dots point") == 2 && moves("dots point out") == 1 && moves("stem") == 2 && moves("weight") == 2)
    #expect(picture.words("text").contains("residuals"))
    #expect(picture.words("text").contains("0.5") && picture.words("text").contains("\u{2212}0.5"))
    let empty = XMLReader(CurveFigure.drawing(scan, region: 1).svg)
    #expect(empty.words("text").contains("no curve") && empty.attributes[0]["aria-label"]?.contains("no BPND") == true)
    scan.fitted = nil
    #expect(XMLReader(CurveFigure.drawing(scan, region: 0).svg).words("text").contains("no fit: converged"))
  }

  /// The abscissa of a plot is shown in minutes, and where it is no line time is.
  @Test func aPlotHasItsOwnAxes() throws {
    var scan = try SmallReports.scan([("A", [1, 2, 4])])
    scan.fitted = .init(
      weights: [0, 1, 1], predicted: [[.nan, 10, 20]], plot: (x: [[.nan, 600, 1200]], y: [[.nan, 11, 19]]))
    let text = XMLReader(CurveFigure.drawing(scan, region: 0).svg).words("text")
    #expect(text.contains("abscissa, min") && text.contains("ordinate, times in s") && text.contains("20"))
    scan.fitted = .init(weights: [0, 1, 1], predicted: [[.nan, 10, 20]], plot: (x: nil, y: [[.nan, 11, 19]]))
    #expect(XMLReader(CurveFigure.drawing(scan, region: 0).svg).words("text").contains("min after injection"))
  }

  @Test func theInputAndItsPeak() {
    let input = InputReport(
      times: [0, 30, 600], parent: [0, 80, 5], wholeBlood: [0, 60, 6], fraction: [1, 0.9, 0.4], source: "a")
    let picture = XMLReader(InputFigure.drawing(input, title: "sub-1").svg)
    #expect(picture.attributes[0]["aria-label"]?.hasSuffix("peak 80 kBq/mL at 0.5 min") == true)
    #expect(picture.words("text").contains("whole blood") && picture.words("text").contains("parent fraction"))
    let plain = InputReport(times: [0, 30], parent: [0, 80], wholeBlood: nil, fraction: nil, source: "a")
    let text = XMLReader(InputFigure.drawing(plain, title: "x").svg).words("text")
    #expect(!text.contains("whole blood") && !text.contains("parent fraction"))
  }

  /// Regions that agree lie on the line of equals; those without one of the two are not drawn.
  @Test func mapsAgainstRegions() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "m.tsv", "region\tBPND-map-mean\tBPND\nA\t1\t1\nB\t3\t3\nC\tn/a\t2\nD\t2\tn/a\nE\t2\t4\n")
    let file = try MapRegionsFile(path: path, symbol: "BPND")
    let picture = XMLReader(try #require(AgreementFigure.drawing(file, symbol: "BPND", title: "x")).svg)
    let circles = picture.all("circle")
    #expect(circles.count == 3 && picture.attributes[0]["aria-label"]?.hasSuffix("in 3 regions") == true)
    // x runs over 248 units and y over 238, from 0 to 4: tenths are rounded.
    for (circle, truth) in zip(circles, [(1.0, 1.0), (3, 3), (4, 2)]) {
      #expect(abs(Self.number(circle, "cx") - (60 + 62 * truth.0)) < 0.06)
      #expect(abs(Self.number(circle, "cy") - (248 - 59.5 * truth.1)) < 0.06)
    }
    #expect(picture.words("title")[2] == "E: regional 4, map 2")
    #expect(AgreementFigure.drawing(file.keeping { $0.region == "C" }, symbol: "BPND", title: "x") == nil)
  }

  private static func planes(_ value: Double, other: LabelPlace? = nil) -> ScanPlanes {
    let grid = Grid(nx: 4, ny: 4, nz: 4, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))
    let box = WorldBox(low: [-1, -1, -1], high: [7, 7, 7])
    return ScanPlanes(
      mean: Volume(grid: grid, values: [Double](repeating: value, count: 64)),
      labels: Volume(grid: grid, values: (0..<64).map { $0 == 21 ? 1 : 0 }),
      planes: WorldPlane.View.allCases.map { WorldPlane($0, at: 2, showing: box, pixel: 2) }, other: other)
  }

  /// Labels that were moved by 2 mm to the right: their outline a pixel to the left, and words of what it is.
  @Test func labelsAtTheirOtherPlace() throws {
    let right = Affine(rows: [1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0])
    let own = Self.planes(8, other: LabelPlace(toDrawn: right, isFound: false))
    let axial = try #require(own.planes.first { $0.plane.view == .axial })
    let places = (axial.labels.firstIndex(of: 1), axial.others?.firstIndex(of: 1))
    #expect(try #require(places.0) - (try #require(places.1)) == 1)
    let drawing = HeadFigure.drawing(own, title: "x")
    let picture = XMLReader(drawing.svg)
    // The sagittal plane through the labels does not cut them at their other place.
    #expect(picture.all("path", class: "contour").count == 3 && picture.all("path", class: "contour before").count == 2)
    #expect(picture.attributes[0]["aria-label"]?.hasSuffix("broken outlines: where they were said to lie") == true)
    #expect(Self.planes(8).planes.allSatisfy { $0.others == nil })
  }

  /// Shifts and turns over time, with frames that are held as dots; a table of other frames is none of the scan's.
  @Test func theHeadsMotion() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "x_timeseries.tsv",
      "trans_x\ttrans_y\ttrans_z\trot_x\trot_y\trot_z\trmsd\theld\n0\t0\t0\t0\t0\t0\t0\t1\n"
        + "1\t-2\t0.5\t0.01\t0\t0.02\t2.5\t0\n3\t0\t0\t0\t0.05\t0\t3.4\t0\n")
    let motion = try MotionFile(path: path)
    #expect(motion.translations[1] == [1, -2, 0.5] && motion.isHeld == [true, false, false])
    let scan = try SmallReports.scan([("A", [1, 2, 3])])
    let drawing = try #require(MotionFigure.drawing(motion, frames: scan.frames, title: "x"))
    let picture = XMLReader(drawing.svg)
    #expect(
      picture.isWhole && picture.attributes[0]["aria-label"]?.contains("at most 3.4 mm, at 8 min; 1 frames") == true)
    #expect(picture.all("path", class: "dots out").count == 2)
    #expect(picture.words("text").contains("shift, mm") && picture.words("text").contains("about x"))
    let two = try FrameSchedule(starts: [0, 60], durations: [60, 60])
    #expect(MotionFigure.drawing(motion, frames: two, title: "x") == nil)
  }

  /// A picture of a matrix says which region is most mixed with another.
  @Test func aTransferMatrix() {
    let transfer = RegionTransfer(
      names: ["Midbrain", "Raphe", "air"], rows: [[0.8, 0.05, 0.15], [0.33, 0.6, 0.07], [-1e-9, 0, 1]])
    let words = TransferFigure.words(transfer)
    #expect(words.hasPrefix("Transfer matrix of 3 regions") && words.hasSuffix("at most 33 % of Midbrain in Raphe"))
    let picture = XMLReader(TransferFigure.drawing(transfer, title: "x").svg)
    #expect(
      picture.isWhole && picture.all("image").count == 1 && picture.words("text") == ["comes from", "measured in"])
    #expect(TransferFigure.words(RegionTransfer(names: ["A"], rows: [[1]])).hasSuffix("its own"))
  }

  /// Three planes with their sides, and an outline where the plane cuts the one labelled voxel, at (2, 2, 2) mm.
  @Test func theHeadInThreePlanes() throws {
    let own = Self.planes(8)
    #expect(own.darkest == 8)
    let picture = XMLReader(HeadFigure.drawing(own, title: "x").svg)
    #expect(picture.words("text").prefix(3) == ["axial, z 2 mm", "L", "R"])
    #expect(picture.words("text").filter { $0.hasPrefix("sagittal") } == ["sagittal, x 2 mm"])
    #expect(picture.words("text").suffix(2).sorted() == ["A", "P"])
    #expect(picture.all("image").count == 3 && picture.all("path", class: "contour").count == 3)
    // Without activity the darkest is above 0: nothing is divided by it.
    #expect(Self.planes(0).darkest > 0 && Self.planes(.nan).darkest == 1)
    let both = XMLReader(HeadFigure.overlay(own, Self.planes(.nan), names: ("a", "b")).svg)
    #expect(both.all("path", class: "contour first").count == 3 && both.isWhole)
  }

  @Test func slicesStandFourByFour() {
    let scale = ColourScale(.sequential, low: 0, high: 4)
    func map(_ count: Int) -> MapReport {
      let box = WorldBox(low: [0, 0, 0], high: [6, 4, 2])
      return MapReport(
        title: "BPND", measure: "BPND", unit: "unitless", file: "a", scale: scale, isFixed: true,
        planes: (0..<count).map { WorldPlane(.axial, at: 10 * Double($0), showing: box, pixel: 2) },
        slices: (0..<count).map { _ in
          IndexedImage(columns: 3, rows: 2, pixels: [UInt8](repeating: 5, count: 6), palette: scale.palette, clear: 1)
        })
    }
    let image = MapFigure.montage(map(5))
    #expect(image.columns == 12 && image.rows == 4)
    // What is left of the second row is not seen.
    #expect(image.pixels[24..<27] == [5, 5, 5] && image.pixels[27..<36].allSatisfy { $0 == 0 })
    #expect(MapFigure.label(map(5)) == "BPND: 5 axial slices from z 0 to 40 mm, colours from 0 to 4 unitless")
    #expect(XMLReader(MapFigure.drawing(map(0)).svg).isWhole)
  }
}
