import ArgumentParser

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "x")
}
