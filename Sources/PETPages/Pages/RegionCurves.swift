import PETCore
import PETKinetics
import PETResults

/// The curves of a scan as a page has them: all regions in one plot, then each by itself, those to be looked at first.
struct RegionCurves {
  private let scan: ScanReport

  init(_ scan: ScanReport) { self.scan = scan }

  /// - Parameters:
  ///   - place: of the scan on the page.
  ///   - side: the class of its colour.
  func context(_ place: Int, side: String) -> [String: Any] {
    func own(_ drawing: Drawing) -> String {
      var own = drawing
      own.style = side
      return own.svg
    }
    let isTimed = scan.fitted?.plot?.x == nil
    var context: [String: Any] = [
      "scan": place, "count": scan.regions.count, "data": data,
      "isPlotted": scan.fitted?.plot != nil,
      "cards": order.map { region in
        [
          "region": region, "scan": place,
          "end": isTimed ? NumberText.short((scan.frames.ends.last ?? 60) / 60) : "0",
          "name": printable(scan.regions[region]), "outcome": printable(outcome(region)),
          "figure": own(CurveFigure.drawing(scan, region: region)),
        ]
      },
    ]
    if let both = AllCurvesFigure(scan) {
      var all: [String: Any] = [
        "linear": own(both.drawing(isLogarithmic: false)),
        "names": both.regions.map { ["region": $0, "name": printable(scan.regions[$0])] },
      ]
      if scan.regions.count <= CurveFigure.most { all["logarithmic"] = own(both.drawing(isLogarithmic: true)) }
      context["all"] = all
    }
    return context
  }

  /// Left, right and both of a structure together; structures whose worst fit is worst come first, the reference last.
  private var order: [Int] {
    let references = ReferenceRegions(of: [scan])
    let place = scan.estimates.place(of: scan.card.outcome)
    func doubt(_ region: Int) -> Double {
      let name = scan.regions[region]
      guard !references.contains(name) else { return -1 }
      guard let row = scan.estimateRow(name), let place else { return 0 }
      guard row.status == FitStatus.converged.rawValue else { return .infinity }
      let share = abs(row.parameters[place].error / row.parameters[place].value)
      return share.isNaN ? 0 : share
    }
    var members: [String: [Int]] = [:]
    for (i, name) in scan.regions.enumerated() {
      members[RegionName.key(RegionName.side(of: name)?.base ?? name), default: []].append(i)
    }
    let groups = members.values.map { (regions: $0, doubt: $0.map(doubt).max() ?? 0) }
    return groups.sorted { a, b in
      a.doubt != b.doubt ? a.doubt > b.doubt : a.regions[0] < b.regions[0]
    }.flatMap(\.regions)
  }

  /// `2.70 ± 0.02`, or how the fit ended.
  private func outcome(_ region: Int) -> String {
    guard let row = scan.estimateRow(scan.regions[region]), let place = scan.estimates.place(of: scan.card.outcome)
    else { return "" }
    let value = row.parameters[place].value
    guard value.isFinite else { return ReferenceRegions(of: [scan]).contains(row.region) ? "reference" : row.status }
    let cell = PageCell.estimate(value, error: row.parameters[place].error)
    let ending = row.status == FitStatus.converged.rawValue ? "" : ", \(row.status)"
    return "\(scan.card.outcome) \(cell.text(decimals: cell.decimals))\(ending)"
  }

  /// What the page's script tells of a frame under the pointer, five digits each.
  private var data: String {
    func list(_ values: [Double]) -> String {
      "["
        + values.map { $0.isFinite ? NumberText.exact(Rounding.significant($0, digits: 5)) : "null" }
        .joined(separator: ",") + "]"
    }
    let times = scan.frames.starts.indices.map { (scan.frames.starts[$0] + scan.frames.ends[$0]) / 120 }
    let observed = scan.fitted?.plot?.y ?? scan.curves
    let regions = scan.regions.indices.map { i in
      "[\(list(observed[i])),\(scan.fitted.map { list($0.predicted[i]) } ?? "[]")]"
    }
    return "{\"times\":\(list(times)),\"weights\":\(list(scan.fitted?.weights ?? [])),"
      + "\"regions\":[\(regions.joined(separator: ","))]}"
  }
}
