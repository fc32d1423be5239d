import Foundation
import PETCore
import PETImaging
import PETPages
import PETTestSupport
import Testing

struct ImageTests {
  /// What another program reads from the file is what was put in: Python's zlib undoes it, where there is a Python.
  @Test(.enabled(if: Program.find("python3") != nil, "python3 is not installed"))
  func pngIsReadByOthers() throws {
    let folder = try TemporaryFolder()
    let pixels = (0..<35).map { (i: Int) in UInt8(i * 37 % 202) }
    let scale = ColourScale(.sequential, low: 0, high: 1)
    let image = IndexedImage(columns: 7, rows: 5, pixels: pixels, palette: scale.palette, clear: 1)
    let path = folder.file("a.png")
    try Data(image.png).write(to: URL(fileURLWithPath: path))
    let script = """
      import struct, sys, zlib
      data = open(sys.argv[1], 'rb').read()
      assert data[:8] == bytes([137, 80, 78, 71, 13, 10, 26, 10])
      at, parts = 8, {}
      while at < len(data):
          size, kind = struct.unpack('>I4s', data[at:at + 8])
          body = data[at + 8:at + 8 + size]
          assert struct.unpack('>I', data[at + 8 + size:at + 12 + size])[0] == zlib.crc32(kind + body)
          parts[kind] = body
          at += 12 + size
      width, height, depth, colour = struct.unpack('>IIBB', parts[b'IHDR'][:10])
      lines = zlib.decompress(parts[b'IDAT'])
      rows = [lines[i * (width + 1) + 1:(i + 1) * (width + 1)] for i in range(height)]
      print(width, height, depth, colour, len(parts[b'PLTE']) // 3, len(parts[b'tRNS']), list(b''.join(rows)))
      """
    let python = try #require(Program.find("python3"))
    let run = try Program.run(python, ["-c", script, path])
    #expect(run.output.trimmed == "7 5 8 3 202 1 \(pixels.map(Int.init))", "\(run.errors)")
  }

  /// Lightness alone tells the order: also who sees no red or green reads it.
  @Test func sequentialColoursGetLighter() {
    let light = ColourScale(.sequential, low: 0, high: 1).colours.map(\.luminance)
    #expect(zip(light, light.dropFirst()).allSatisfy { $0 <= $1 + 1e-3 })
    #expect(light[0] < 0.06 && light[199] > 0.75)
  }

  @Test func divergingColoursAreAlikeInLightnessOnBothSides() {
    let light = ColourScale(.diverging, low: -1, high: 1).colours.map(\.luminance)
    for i in 0..<100 { #expect(abs(light[i] - light[199 - i]) < 0.08) }
    #expect(light[99] > 0.85 && light[0] < 0.25)
    // Blue and orange: apart for every usual kind of colour vision.
    let (first, last) = (
      ColourScale(.diverging, low: -1, high: 1).colours[0], ColourScale(.diverging, low: -1, high: 1).colours[199]
    )
    #expect(first.blue > first.red && last.red > last.blue)
  }

  @Test func valuesBeyondTheEndsHaveTheColourOfTheEnd() {
    let scale = ColourScale(.sequential, low: 0, high: 4)
    #expect(scale.index(-3) == scale.index(0) && scale.index(99) == scale.index(4))
    #expect(scale.index(.nan) == ColourScale.missing)
    #expect(scale.index(0) < scale.index(2) && scale.index(2) < scale.index(4))
  }

  @Test(arguments: [(3.4, 4.0), (4, 4), (0.07, 0.1), (4.1, 6), (11, 20), (0, 1)])
  func endsAreRound(value: Double, end: Double) { #expect(abs(ColourScale.roundEnd(value) - end) < 1e-12) }

  /// The outline of a square of two pixels is its four sides; two regions that touch share an edge.
  @Test func contoursRunAlongEdges() {
    let one: [Int32] = [0, 0, 0, 0, 0, 5, 5, 0, 0, 5, 5, 0, 0, 0, 0, 0]
    #expect(Contours.path(one, columns: 4, rows: 4) == "M1 1h2M1 3h2M1 1v2M3 1v2")
    #expect(Contours.path([1, 2], columns: 2, rows: 1) == "M0 0h2M0 1h2M0 0v1M1 0v1M2 0v1")
    #expect(Contours.path([0, 0, 0, 0], columns: 2, rows: 2).isEmpty)
  }

  /// One brain stored from left to right and from right to left, and with its axes in another order, gives one picture.
  @Test func theOrderOnDiskDoesNotMatter() throws {
    let (nx, ny, nz) = (7, 9, 5)
    // 4.6 mm: no round number of binary fractions.
    let edge = 4.6
    func value(_ i: Int, _ j: Int, _ k: Int) -> Double { i == 3 && j == 2 ? 0 : Double(1 + i + 10 * j + 100 * k) }
    var (plain, flipped, turned) = ([Double](), [Double](), [Double]())
    for k in 0..<nz { for j in 0..<ny { for i in 0..<nx { plain.append(value(i, j, k)) } } }
    for k in 0..<nz { for j in 0..<ny { for i in (0..<nx).reversed() { flipped.append(value(i, j, k)) } } }
    for i in 0..<nx { for k in 0..<nz { for j in 0..<ny { turned.append(value(i, j, k)) } } }
    let last = -15.3 + Double(nx - 1) * edge
    let volumes = [
      Volume(
        grid: Grid(
          nx: nx, ny: ny, nz: nz, affine: Affine(rows: [edge, 0, 0, -15.3, 0, edge, 0, -20.1, 0, 0, edge, -7.7])),
        values: plain),
      Volume(
        grid: Grid(
          nx: nx, ny: ny, nz: nz, affine: Affine(rows: [-edge, 0, 0, last, 0, edge, 0, -20.1, 0, 0, edge, -7.7])),
        values: flipped),
      Volume(
        grid: Grid(
          nx: ny, ny: nz, nz: nx, affine: Affine(rows: [0, 0, edge, -15.3, edge, 0, 0, -20.1, 0, edge, 0, -7.7])),
        values: turned),
    ]
    for plane in 0..<nz {
      let pictures = try volumes.map { volume in
        let box = try #require(WorldBox(labelled: volume, margin: edge / 2))
        return WorldPlane(.axial, at: box.low[2] + (Double(plane) + 0.5) * edge, showing: box, pixel: edge)
          .nearest(volume)
      }
      // Rows from the front to the back, columns from left to right.
      let expected = (0..<ny).reversed().flatMap { j in (0..<nx).map { value($0, j, plane) } }
      for picture in pictures { #expect(picture == expected) }
    }
  }

  /// A plane shows the voxels that lie there, left on the left, whatever the order of the axes on disk.
  @Test func planesFollowTheAffine() throws {
    // x runs from right to left, z from above to below.
    let grid = Grid(nx: 4, ny: 3, nz: 2, affine: Affine(rows: [-2, 0, 0, 3, 0, 2, 0, -2, 0, 0, -2, 1]))
    let values = (0..<24).map(Double.init)
    let volume = Volume(grid: grid, values: values)
    let box = WorldBox(low: [-4, -3, -2], high: [4, 3, 2])
    let plane = WorldPlane(.axial, at: 1, showing: box, pixel: 2)
    #expect(plane.columns == 4 && plane.rows == 3)
    // z 1 mm is k = 0; the uppermost row is the most anterior, j = 2; x ascends from i = 3 to 0.
    #expect(plane.nearest(volume) == [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    #expect(plane.samples(volume) == plane.nearest(volume))
    let below = WorldPlane(.axial, at: -1, showing: box, pixel: 2)
    #expect(below.nearest(volume).first == 23)
    let outside = WorldPlane(.axial, at: 30, showing: box, pixel: 2)
    #expect(outside.nearest(volume).allSatisfy { $0 == 0 } && outside.samples(volume).allSatisfy(\.isNaN))
    // Half way between two planes is their mean: voxels of k = 0 and k = 1 differ by 12.
    let between = WorldPlane(.axial, at: 0, showing: box, pixel: 2)
    #expect(between.samples(volume).first == 17)
    // A sagittal plane has the front on the right.
    let sagittal = WorldPlane(.sagittal, at: 3, showing: box, pixel: 2)
    #expect(sagittal.nearest(volume) == [0, 4, 8, 12, 16, 20])
  }
}
