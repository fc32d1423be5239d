import ArgumentParser
import PETCore

/// Regions that are asked together: alike for `study` and `power`.
struct SetOptions: ParsableArguments {
  @Option(
    help:
      "NAME=REGION,REGION…: regions that are asked together, named before looking; may be repeated. All together always are."
  ) var set: [String] = []

  func named() throws(PETError) -> [(name: String, regions: [String])] {
    try set.map { (text) throws(PETError) in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let regions = parts.last?.split(separator: ",").map(\.trimmed) ?? []
      guard parts.count == 2, !parts[0].isEmpty, !regions.isEmpty else {
        throw PETError(
          .usage, field: "--set", "'\(text)' names no regions", remedy: "write NAME=REGION,REGION")
      }
      return (parts[0], regions)
    }
  }
}
