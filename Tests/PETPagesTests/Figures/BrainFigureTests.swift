import PETCore
import PETImaging
import Testing

@testable import PETPages

/// Values painted on a head: each region with its own colour, where its label lies.
struct BrainFigureTests {
  /// 10 x 8 x 6 voxels of 2 mm: label 1 in the left half, 2 and 3 in the right one, below and above; 7 has no name.
  private static func slices() throws -> BrainSlices {
    let grid = Grid(nx: 10, ny: 8, nz: 6, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))
    var labels = [Double](repeating: 0, count: 480)
    var mean = labels
    for k in 0..<6 {
      for j in 0..<8 {
        for i in 0..<10 {
          let place = i + 10 * (j + 8 * k)
          mean[place] = Double(i)
          labels[place] = i < 5 ? 1 : k < 3 ? 2 : 3
        }
      }
    }
    labels[0] = 7
    return try #require(
      BrainSlices(
        mean: Volume(grid: grid, values: mean), labels: Volume(grid: grid, values: labels),
        names: [1: "Left-Putamen", 2: "Raphe", 3: "Cerebellum"], person: "sub-1"))
  }

  private static func figure(_ rows: [(String, Double)]) throws -> BrainFigure {
    BrainFigure(
      try slices(), rows.map { (region: $0.0, value: $0.1) }, without: ReferenceRegions(["Cerebellum"]),
      kind: .diverging, end: nil, measure: "log ratio", unit: "unitless", title: "t")
  }

  /// A side takes the value of both where it has none of its own; references and what has no value are not painted or grey.
  @Test func colours() throws {
    let figure = try Self.figure([("putamen", 0.7), ("Raphe", .nan), ("Cerebellum", 5), ("White-Matter", 9)])
    // The round end above 0.7: neither the reference nor white matter has a part in it.
    #expect(figure.scale.high == 1 && figure.scale.low == -1)
    #expect(figure.words == "log ratio of Left-Putamen alone: 0.7")
    let views = figure.views
    #expect(views.map(\.name) == ["axial", "coronal", "sagittal"] && views.map(\.axis) == ["z", "y", "x"])
    var counts: [UInt8: Int] = [:]
    for pixel in views[0].paint.pixels { counts[pixel, default: 0] += 1 }
    let colour = figure.scale.index(0.7)
    // 40 voxels of the left half in each of six slices, but one that has no name.
    #expect(counts[colour] == 239 && counts[ColourScale.missing] == 120)
    #expect(Set(counts.keys) == [ColourScale.outside, ColourScale.missing, colour])
  }

  /// Both layers show the same part of space, and the first slice is one of them.
  @Test func layersLieOverEachOther() throws {
    for own in try Self.slices().slices {
      #expect(own.planes.count == own.fine.count && own.planes.indices.contains(own.first))
      for (plane, fine) in zip(own.planes, own.fine) {
        #expect(plane.position == fine.position && plane.width == fine.width && plane.height == fine.height)
      }
    }
  }

  @Test func nothingToPaint() throws {
    let figure = try Self.figure([])
    #expect(figure.words == "log ratio: no region has a value")
    #expect(figure.views.allSatisfy { Set($0.paint.pixels) == [ColourScale.outside] })
    #expect(XMLReader(figure.drawing.file).isWhole)
  }
}
