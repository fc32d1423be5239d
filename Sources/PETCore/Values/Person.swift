/// A person of a study with what is known of them: the columns of `participants.tsv`.
package struct Person: Sendable, Equatable {
  package let id: String
  /// Values by column name, as they are written; `n/a` is left out.
  package let values: [String: String]

  package init(id: String, values: [String: String]) {
    self.id = id
    self.values = values
  }

  package func number(_ column: String) -> Double? {
    values[column].flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
  }
}

/// A quantity that others are adjusted for: a number, or a category with one column for each level but the first.
package struct Covariate: Sendable, Equatable {
  package let name: String
  /// Levels in sorted order; empty for a number.
  package let levels: [String]

  package init(name: String, levels: [String]) {
    self.name = name
    self.levels = levels
  }

  /// A column is a number where all of its values are, and a category where none is.
  package init(_ name: String, of persons: [Person]) throws(PETError) {
    self.name = name
    let values = persons.compactMap { $0.values[name] }
    guard !values.isEmpty else {
      throw PETError(
        .wrongInput, field: name, "nobody who counts has a value of '\(name)'",
        remedy: NearestName.advice(for: name, among: Set(persons.flatMap(\.values.keys)).sorted()))
    }
    let words = values.filter { Double($0)?.isFinite != true }
    guard words.isEmpty || words.count == values.count else {
      throw PETError(
        .wrongInput, field: name, "it holds numbers and words ('\(words[0])')", remedy: "write n/a for missing numbers")
    }
    levels = words.isEmpty ? [] : Set(values).sorted()
  }

  /// Names of its columns in a design, such as `age` or `sex-M`.
  package var columns: [String] { levels.isEmpty ? [name] : levels.dropFirst().map { "\(name)-\($0)" } }

  /// A person's values in those columns; nil when they are not known.
  package func values(of person: Person) -> [Double]? {
    if levels.isEmpty { return person.number(name).map { [$0] } }
    guard let value = person.values[name], levels.contains(value) else { return nil }
    return levels.dropFirst().map { $0 == value ? 1 : 0 }
  }
}
