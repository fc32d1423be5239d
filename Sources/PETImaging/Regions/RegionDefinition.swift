package import PETCore

/// A region: one label, or several merged (their voxels pooled).
package struct RegionDefinition: Sendable, Equatable {
  package let name: String
  /// Indices in the label image.
  package let labels: [Int]
  package let isMerged: Bool

  package init(name: String, labels: [Int], isMerged: Bool) {
    self.name = name
    self.labels = labels
    self.isMerged = isMerged
  }
}

/// Which regions are made of a segmentation's labels.
package enum RegionDefinitions {
  /// Every label of the table as a region of its own.
  package static func labels(_ table: LabelTable) -> [RegionDefinition] {
    table.entries.map { RegionDefinition(name: $0.name, labels: [$0.index], isMerged: false) }
  }

  /// As above, and the merged regions of a table.
  package static func labels(_ table: LabelTable, adding path: String?) throws(PETError) -> [RegionDefinition] {
    labels(table) + (try path.map { (path) throws(PETError) in try read(path, labels: table) } ?? [])
  }

  /// Every label, then left and right merged, then the usual composites, where names allow them.
  ///
  /// Composites, of both sides or of none: `Striatum` (caudate, putamen, accumbens or ventral striatum), `Limbic` (hippocampus, amygdala),
  /// `Cortex` (names with "cortex" or FreeSurfer's `ctx`, but not the cerebellum's); else the anatomical word of that name.
  package static func automatic(_ table: LabelTable) -> [RegionDefinition] {
    var regions = labels(table)
    var taken = Set(regions.map { RegionName.key($0.name) })
    func add(_ name: String, _ labels: [Int]) {
      guard labels.count > 1, taken.insert(RegionName.key(name)).inserted else { return }
      regions.append(RegionDefinition(name: name, labels: labels, isMerged: true))
    }
    var pairs: [(base: String, left: Int?, right: Int?)] = []
    var places: [String: Int] = [:]
    for entry in table.entries {
      guard let (side, base) = RegionName.side(of: entry.name) else { continue }
      let at = places[RegionName.key(base)] ?? pairs.count
      if at == pairs.count {
        places[RegionName.key(base)] = at
        pairs.append((base, nil, nil))
      }
      if side == .left { pairs[at].left = entry.index } else { pairs[at].right = entry.index }
    }
    for pair in pairs {
      if let left = pair.left, let right = pair.right { add(pair.base, [left, right]) }
    }
    for (name, words, excluded, needed) in composites {
      let members = table.entries.filter { entry in
        let key = RegionName.key(entry.name)
        return words.contains { RegionName.holds(key, $0) } && !excluded.contains { RegionName.holds(key, $0) }
      }
      // Without a part, or a part of one side, it would be another region.
      let keys = members.map { RegionName.key($0.name) }
      guard members.isEmpty || needed.allSatisfy({ word in keys.contains { RegionName.holds($0, word) } }),
        needed.isEmpty || areBothSided(members.map(\.name))
      else { continue }
      // Where no label has such a name the composite may be a word of anatomy.
      let places =
        members.isEmpty ? AnatomicalVocabulary.builtIn.places(of: name, among: table.entries.map(\.name)) : nil
      add(name, members.map(\.index) + (places ?? []).map { table.entries[$0].index })
    }
    return regions
  }

  private static let composites: [(name: String, words: [String], excluded: [String], needed: [String])] = [
    ("Striatum", ["caudate", "putamen", "accumbens", "ventralstriatum"], ["exterior"], ["caudate", "putamen"]),
    ("Limbic", ["hippocampus", "amygdala"], ["parahippocamp"], ["hippocampus", "amygdala"]),
    ("Cortex", ["cortex", "ctx"], ["cerebell"], []),
  ]

  /// Usual composites among some names, with those of the others that they are made of.
  package static func composites(among names: [String]) -> [String: [String]] {
    let keys = Set(names.map(RegionName.key))
    // A side is part of its merged region first.
    let whole = names.filter { name in
      RegionName.side(of: name).map { !keys.contains(RegionName.key($0.base)) } ?? true
    }
    var found: [String: [String]] = [:]
    for name in whole {
      guard let own = composites.first(where: { RegionName.key($0.name) == RegionName.key(name) }) else { continue }
      let parts = whole.filter { other in
        let key = RegionName.key(other)
        return other != name && own.words.contains { RegionName.holds(key, $0) }
          && !own.excluded.contains { RegionName.holds(key, $0) }
      }
      if !parts.isEmpty { found[name] = parts }
    }
    return found
  }

  /// Whether each name of one side has its other.
  private static func areBothSided(_ names: [String]) -> Bool {
    let sides = names.compactMap { RegionName.side(of: $0) }
    let left = Set(sides.filter { $0.side == .left }.map { RegionName.key($0.base) })
    return left == Set(sides.filter { $0.side == .right }.map { RegionName.key($0.base) })
  }

  /// Merged regions from a table.
  ///
  /// Columns `region` and `labels` (names or indices joined by `+`), or petfit's one row for each constituent
  /// (`RegionName`, `ConstituentRegion`). A member that the segmentation does not name is an error.
  package static func read(_ path: String, labels table: LabelTable) throws(PETError) -> [RegionDefinition] {
    let tsv = try TSVTable(path: path)
    var order: [String] = []
    var members: [String: [String]] = [:]
    if let name = tsv.column(anyOf: ["RegionName"]), let part = tsv.column(anyOf: ["ConstituentRegion"]) {
      for row in tsv.rows {
        if members[row[name]] == nil { order.append(row[name]) }
        members[row[name], default: []].append(row[part])
      }
    } else {
      let name = try tsv.required("region")
      let parts = try tsv.required("labels")
      for (number, row) in tsv.rows.enumerated() {
        guard members[row[name]] == nil else {
          throw PETError(
            .wrongInput, file: path, field: "line \(number + 2)", "region '\(row[name])' is defined twice",
            remedy: "give each region one line")
        }
        order.append(row[name])
        members[row[name]] = row[parts].split(separator: "+").map(\.trimmed)
      }
    }
    let known = Dictionary(table.entries.map { (RegionName.key($0.name), $0.index) }, uniquingKeysWith: { a, _ in a })
    let numbered = Dictionary(table.entries.map { (String($0.index), $0.index) }, uniquingKeysWith: { a, _ in a })
    var regions: [RegionDefinition] = []
    for name in order {
      try RegionName.check(name, file: path, field: "region")
      if known[RegionName.key(name)] != nil {
        throw PETError(
          .wrongInput, file: path, field: "region '\(name)'", "it is the name of a label", remedy: "choose another name"
        )
      }
      var indices: [Int] = []
      var taken: Set<Int> = []
      for member in members[name] ?? [] {
        guard let index = known[RegionName.key(member)] ?? numbered[member] else {
          throw PETError(
            .wrongInput, file: path, field: "region '\(name)'", "the segmentation has no label '\(member)'",
            remedy: NearestName.advice(for: member, among: table.entries.map(\.name)))
        }
        if taken.insert(index).inserted { indices.append(index) }
      }
      regions.append(RegionDefinition(name: name, labels: indices, isMerged: true))
    }
    return regions
  }
}
