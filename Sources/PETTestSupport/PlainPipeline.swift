import Foundation

/// The shipped pipeline `raclopride-dasb` without its checks of motion and alignment, which are most of a small study's time.
///
/// For tests whose matter is another: what a run makes of wrong files, interruptions, folders and pages.
package enum PlainPipeline {
  package static let text: String = {
    let shipped = Program.package.appendingPathComponent("Pipelines/raclopride-dasb.yaml")
    let text = (try? String(contentsOf: shipped, encoding: .utf8)) ?? ""
    return "motion: {mode: none}\nalign: {mode: none}\n" + text
  }()

  /// A file of it, to the end of the process.
  package static let path: String = {
    let path = NSTemporaryDirectory() + "raclopride-dasb-\(ProcessInfo.processInfo.processIdentifier).yaml"
    try? Data(text.utf8).write(to: URL(fileURLWithPath: path))
    atexit { try? FileManager.default.removeItem(atPath: PlainPipeline.path) }
    return path
  }()
}
