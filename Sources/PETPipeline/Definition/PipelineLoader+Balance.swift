import PETBinding
import PETCore
import PETStudy
import PETTracers

/// The keys that say which scans make a pair, and what a balance has besides its ratio.
extension PipelineLoader {
  /// Keys of `balance` beyond the usual.
  static func balanceExtras(_ section: YAMLReader.Section, systems: [String], _ balance: inout BalanceSettings) {
    if let node = section.members["cross"] {
      if let members = node.members {
        for (name, regions) in members {
          let names = regions.list?.compactMap(\.string) ?? []
          guard let name = name.string, names.count == 2, regions.list?.count == 2 else {
            section.reader.fault(
              regions, "balance.cross", "two regions are needed here", "write cross: {name: [numerator, denominator]}")
            continue
          }
          if Formula.isOne(name) {
            section.reader.fault(
              regions, "balance.cross", "the name '\(name)' is a formula to a spreadsheet, which would run it",
              "give the balance another name")
            continue
          }
          balance.cross.append(CrossRegion(name: name, numerator: names[0], denominator: names[1]))
        }
      } else {
        section.fault("cross", "a mapping is needed here", "write cross: {name: [numerator, denominator]}")
      }
    }
    if section.members["retest"] != nil, systems.count == 2 {
      let retest = section.requiredSection("retest", allowed: systems)
      let values = systems.map { retest.number(.retest, named: $0) }
      for (name, value) in zip(systems, values) where value == nil && retest.members[name] == nil {
        retest.fault(name, "the key is missing", "add \(name): a within-subject CV")
      }
      if let a = values[0], let b = values[1] { balance.retest = BothSides(a, b) }
    }
    if section.members["calibration"] != nil, systems.count == 2 {
      let calibration = section.requiredSection("calibration", allowed: systems)
      let sides = systems.map { name -> Estimate? in
        guard let pair = calibration.members[name]?.list, pair.count == 2,
          let value = pair[0].string.flatMap(Double.init),
          let error = pair[1].string.flatMap(Double.init), value > 0, error >= 0, (value + error).isFinite
        else {
          calibration.fault(
            name, "a value above 0 and its standard error are needed here",
            "write \(name): [pmol/mL for one, its error]")
          return nil
        }
        return Estimate(value, standardError: error)
      }
      if let a = sides[0], let b = sides[1] { balance.calibration = BothSides(a, b) }
    }
    let seed = section.number(.seed) ?? 1
    if let draws = section.number(.draws) {
      balance.bootstrap = (Int(draws), UInt64(seed))
    }
  }

  /// - Returns: the rules, and the table that they name.
  static func pairing(_ read: YAMLReader.Section, _ systems: BalanceSystems) -> (PairingRules, String?) {
    var rules = PairingRules()
    let section = read.section("pairing", allowed: PipelineKey.names(in: "read.pairing"))
    rules.byDate = section.word(.pairingBy) == "date"
    rules.within = section.number(.pairingWithin)
    if let path = section.text("table") {
      do throws(PETError) {
        rules.table = try PairingTable(path: beside(section.reader.file, path), systems: systems)
      } catch {
        section.fault(
          "table", [error.file, error.field, error.problem].compactMap { $0 }.joined(separator: ": "), error.remedy)
      }
    }
    return (rules, section.text("table"))
  }
}
