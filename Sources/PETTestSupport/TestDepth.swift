import Foundation

/// How much the tests are asked to do: `Scripts/test --quick`, `Scripts/test`, `Scripts/test --full`.
package enum TestDepth {
  /// Whether the long comparisons run as well.
  package static let isFull = ProcessInfo.processInfo.environment["PETBALANCE_FULL"] != nil
  /// Whether tests of several seconds are left out.
  package static let isQuick = ProcessInfo.processInfo.environment["PETBALANCE_QUICK"] != nil
}
