import PETCore
import PETImaging

/// What is measured in each region by where it comes from.
enum TransferFigure {
  private static let (edge, left, top) = (150.0, 12.0, 12.0)

  /// Rows are regions that are measured, columns those that it comes from.
  static func drawing(_ transfer: RegionTransfer, title: String) -> Drawing {
    let count = transfer.names.count
    let scale = ColourScale(.grey, low: 0, high: 1)
    var drawing = Drawing(width: 2 * left + edge, height: 2 * top + edge, label: "\(title). \(words(transfer))")
    let image = IndexedImage(
      columns: count, rows: count,
      // Spill of a tenth is to be seen beside what is a region's own.
      pixels: transfer.rows.flatMap { row in row.map { scale.index(max(0, $0).squareRoot()) } }, palette: scale.palette)
    drawing.image(image, left, top, edge, edge)
    drawing.rectangle(left, top, edge, edge, "frame")
    drawing.text(left + edge / 2, top - 3, "comes from", "tick", anchor: .middle)
    drawing.upright(left - 3, top + edge / 2, "measured in", "tick")
    return drawing
  }

  /// In a sentence, with the largest share that one region has in another.
  static func words(_ transfer: RegionTransfer) -> String {
    let own = transfer.names.indices.map { transfer.rows[$0][$0] }
    var sentence =
      "Transfer matrix of \(transfer.names.count) regions: on the diagonal what of a region's measured activity is its own"
    let pairs = transfer.names.indices.flatMap { row in transfer.names.indices.map { (row, $0) } }
      .filter { $0.0 != $0.1 }
    if let most = pairs.max(by: { transfer.rows[$0.0][$0.1] < transfer.rows[$1.0][$1.1] }), !own.isEmpty {
      let share = PageNumber.text(100 * transfer.rows[most.0][most.1], decimals: 0)
      sentence +=
        ", beside it what is of others, at most \(share) % of \(transfer.names[most.1]) in \(transfer.names[most.0])"
    }
    return sentence
  }
}
