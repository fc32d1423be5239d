package import PETCore

/// `_inputfunction.tsv` and `_input.tsv`: an arterial input, sample by sample.
package struct InputFile: Sendable {
  private struct Sample: Sendable {
    var time = Double.nan
    var wholeBlood = Double.nan
    var plasma = Double.nan
    var fraction = Double.nan
    var parent = Double.nan
  }

  private static let time = TableColumn<Sample>("time", .number(\.time))
  private static let blood = TableColumn<Sample>("whole_blood_radioactivity", .number(\.wholeBlood))
  private static let plasma = TableColumn<Sample>("plasma_radioactivity", .number(\.plasma))
  private static let fraction = TableColumn<Sample>("metabolite_parent_fraction", .number(\.fraction))
  private static let parent = TableColumn<Sample>("AIF", .number(\.parent))

  /// S after injection.
  package let times: [Double]
  /// Activities in kBq/mL; nil where they are not known.
  package let wholeBlood: [Double]?
  package let plasma: [Double]?
  /// Share of plasma activity that is parent tracer.
  package let fraction: [Double]?
  package let parent: [Double]

  package init(
    times: [Double], wholeBlood: [Double]?, plasma: [Double]? = nil, fraction: [Double]? = nil, parent: [Double]
  ) {
    self.times = times
    self.wholeBlood = wholeBlood
    self.plasma = plasma
    self.fraction = fraction
    self.parent = parent
  }

  package init(path: String) throws(PETError) {
    let table = try TSVTable(path: path)
    let rows = try table.rows(
      [Self.time, Self.blood, Self.plasma, Self.fraction, Self.parent], empty: Sample(),
      requiring: [Self.time.name, Self.parent.name])
    func known(_ column: TableColumn<Sample>, _ value: (Sample) -> Double) -> [Double]? {
      table.column(column.name) == nil ? nil : rows.map(value)
    }
    times = rows.map(\.time)
    wholeBlood = known(Self.blood, \.wholeBlood)
    plasma = known(Self.plasma, \.plasma)
    fraction = known(Self.fraction, \.fraction)
    parent = rows.map(\.parent)
  }

  package var tsv: String {
    let rows = times.indices.map { i in
      Sample(
        time: times[i], wholeBlood: wholeBlood?[i] ?? .nan, plasma: plasma?[i] ?? .nan, fraction: fraction?[i] ?? .nan,
        parent: parent[i])
    }
    let blood = wholeBlood == nil ? [] : [Self.blood]
    // What was made shows the way from blood to parent; what was read is the parent, and blood for the models' vB.
    let columns =
      plasma == nil
      ? [Self.time, Self.parent] + blood : [Self.time] + blood + [Self.plasma, Self.fraction, Self.parent]
    return TSVText(columns, rows).text
  }
}
