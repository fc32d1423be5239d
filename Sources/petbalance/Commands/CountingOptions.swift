import ArgumentParser
import PETBinding

/// Which rows count: alike for every command that sets persons or scans beside each other.
struct CountingOptions: ParsableArguments {
  @Flag(help: "Count flagged rows too: \(CountingRule.flaggedWords).") var includeFlagged = false

  var rule: CountingRule { CountingRule(includesFlagged: includeFlagged) }
}
