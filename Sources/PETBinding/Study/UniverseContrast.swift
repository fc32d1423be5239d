package import PETCore

/// One question in every universe of a multiverse, and what they say together.
///
/// Universes share their persons and so their noise: neither are their p values independent nor does their number make an effect
/// surer. What they say together is tested by the same permutations of persons in all of them, whatever their dependence
/// (the questions are those of doi:10.1162/imag_a_00523; the tests are of Westfall and Young's kind, so that no correlation
/// between universes is estimated).
package struct UniverseContrast: Sendable {
  /// What universes say of one region.
  package struct Row: Sendable {
    package let region: String
    /// Universes, and those that tell an effect.
    package let universes: Int
    package let told: Int
    /// Persons with a value in every universe that tells: those that the rest of the row is of.
    package let persons: Int
    /// Of everybody's mean over those universes: the effect and its error hold what universes share.
    package let pooled: StudyContrast.Row
    /// p where no universe has an effect: of the largest |t| over universes.
    package let any: Double
    /// Benjamini and Hochberg's over regions, from `any`.
    package var anyDiscovery = Double.nan
    /// p where at least one universe has none, or one of another sign: the largest p of a universe (an intersection-union
    /// test, Berger 1982, doi:10.1080/00401706.1982.10487790); 1 where signs differ.
    package let every: Double
    /// Universe after universe: p among all, NaN where it tells nothing.
    package let joint: [Double]
    /// Share of all universes with an effect of the pooled one's sign and `joint` below 0.05: claims that hold together in 95 %
    /// of studies without an effect.
    package let found: Double
  }

  /// Each universe by itself.
  package let universes: [StudyContrast]
  package let rows: [Row]

  /// - Parameter tables: of universes, with the same visits and regions in the same order.
  package init(_ tables: [StudyTable], _ asked: StudyContrast.Settings) throws(PETError) {
    let settings = asked.plain
    var universes: [StudyContrast] = []
    for table in tables { universes.append(try StudyContrast(table, settings)) }
    self.universes = universes
    guard let first = tables.first else {
      rows = []
      return
    }
    let all = universes
    let told = first.regions.indices.map { region in
      all.indices.filter { all[$0].rows[region].effect.value.isFinite }
    }
    let pooled = try StudyContrast(StudyTable(meanOf: tables, settings.measure, over: told), settings)
    var rows = Parallel.map(first.regions.count, jobs: Parallel.cores) { region in
      Self.row(region, told[region], all, pooled.rows[region], settings)
    }
    for (i, q) in FalseDiscovery.adjusted(rows.map(\.any)).enumerated() { rows[i].anyDiscovery = q }
    self.rows = rows
  }

  private static func row(
    _ region: Int, _ told: [Int], _ universes: [StudyContrast], _ pooled: StudyContrast.Row,
    _ settings: StudyContrast.Settings
  ) -> Row {
    let subjects = universes[0].subjects
    let used = subjects.indices.filter { i in
      !told.isEmpty && told.allSatisfy { universes[$0].subjects[i].values[region].isFinite }
    }
    var joint = universes.map { _ in Double.nan }
    var (any, every, found) = (Double.nan, Double.nan, Double.nan)
    if pooled.effect.value.isFinite, !told.isEmpty,
      let model = StudyContrast.model(of: used.map { subjects[$0] }, settings.question)
    {
      let responses = told.map { universe in used.map { universes[universe].subjects[$0].values[region] } }
      let test = Permutation(
        model, responses, isPaired: settings.question.isPaired, count: settings.permutations, seed: settings.seed)
      let effects = responses.map { model.fit($0).coefficients[model.columns - 1] }
      for (place, universe) in told.enumerated() { joint[universe] = test.joint[place] }
      any = test.joint.min() ?? .nan
      every = effects.allSatisfy { $0 * effects[0] > 0 } ? test.probabilities.max() ?? .nan : 1
      let alike = told.indices.count { test.joint[$0] < 0.05 && effects[$0] * pooled.effect.value > 0 }
      found = Double(alike) / Double(universes.count)
    }
    return Row(
      region: pooled.region, universes: universes.count, told: told.count, persons: used.count, pooled: pooled,
      any: any, every: every, joint: joint, found: found)
  }
}

extension StudyTable {
  /// Everybody's mean of a measure over tables that are alike but for their values.
  ///
  /// - Parameter places: of the tables that count, region by region; who has no value in one of them has no mean.
  init(meanOf tables: [StudyTable], _ measure: String, over places: [[Int]]) {
    let columns = places.enumerated().map { region, places in
      let all = places.map { tables[$0].values(measure, region: region) }
      return tables[0].visits.indices.map { visit in
        all.isEmpty ? .nan : all.reduce(0) { $0 + $1[visit] } / Double(all.count)
      }
    }
    let rows = tables[0].visits.indices.map { visit in columns.map { $0[visit] } }
    self.init(
      systems: tables[0].systems, pair: tables[0].pair, visits: tables[0].visits, regions: tables[0].regions,
      persons: Array(tables[0].persons.values), values: [measure: rows])
  }
}
