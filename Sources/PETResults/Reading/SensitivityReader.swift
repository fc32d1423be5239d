package import PETCore
import PETStudy

/// What stated errors do to the ratios of an output, pair by pair, as its tables have it.
package enum SensitivityReader {
  private static let (region, effect, participant, session) = ("region", "effect", "participant_id", "session_id")

  /// The rows of all pairs of an output, with whose they are, in one table.
  ///
  /// - Parameters:
  ///   - persons: with or without `sub-`; empty for all.
  ///   - regions: empty for all.
  ///   - effects: empty for all.
  /// - Returns: the table, and the files that it was made of.
  /// - Throws: where no pair has such a table, or nothing is left of them.
  package static func table(of output: String, persons: [String], regions: [String], effects: [String])
    throws(PETError) -> (text: String, files: [String])
  {
    var text: TSVText?
    var (columns, files) = ([String](), [String]())
    var (count, isFilled) = (0, false)
    let wanted = Set(persons.map { $0.hasPrefix("sub-") ? $0 : "sub-" + $0 })
    let keys = Set(regions.map(RegionName.key))
    for unit in try RunRecord.units(in: output) {
      guard let record = try RunRecord.read(unit, in: output), record.kind == .pair,
        let path = Results(record, in: output).path(.sensitivity)
      else { continue }
      count += 1
      files.append(path)
      guard wanted.isEmpty || wanted.contains(record.participant) else { continue }
      let table = try TSVTable(path: path)
      let (own, kind) = (try table.required(region), try table.required(effect))
      if columns.isEmpty { columns = table.columns }
      let places = try columns.map { (name) throws(PETError) in try table.required(name) }
      var all = text ?? TSVText(columns: [participant, session] + columns)
      for row in table.rows
      where
        (keys.isEmpty || keys.contains(RegionName.key(row[own]))) && (effects.isEmpty || effects.contains(row[kind]))
      {
        isFilled = true
        all.add([record.participant, record.session ?? "n/a"] + places.map { row[$0] })
      }
      text = all
    }
    guard count > 0 else {
      throw PETError(
        .missingInput, file: output, field: "uncertainty", "no pair of it has stated errors",
        remedy: "add uncertainty: to its pipeline and run again (petbalance pipelines --keys)")
    }
    guard let text, isFilled else {
      throw PETError(
        .missingInput, file: output, field: "sensitivity", "nothing of it is of such a person, region and effect",
        remedy: "leave one of them out")
    }
    return (text.text, files)
  }
}
