import Testing

@testable import PETPages

/// Columns that persons can be grouped by (`StudyPersons`).
struct StudyPersonsTests {
  @Test func columnsThatTell() {
    func column(_ name: String, _ values: [String?]) -> StudyPersons.Column {
      let own = values.enumerated().compactMap { place, value in value.map { ("sub-\(place)", $0) } }
      return .init(name: name, values: Dictionary(uniqueKeysWithValues: own))
    }
    let persons = StudyPersons([
      column("group", ["a", "b", "a"]), column("age", ["1", "2", "3"]), column("remark", ["x", "y", "z"]),
      column("site", ["one", "one", "one"]), column("other", [nil, nil, nil, "a"]), column("rare", ["1", nil, nil]),
    ])
    #expect(persons.telling(["sub-0", "sub-1", "sub-2"]).map(\.name) == ["group", "age"])
  }
}
