import ArgumentParser
import Foundation
import PETCore
import PETResults

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What this machine offers, and whether the installation is whole.",
    discussion: HelpText.of(
      """
      Makes a small study of known truth, works it out and compares: exit 0 when all is well, 70 when the numbers are
      not right, 73 when there is no place to work.

      petbalance doctor
      """))

  @OptionGroup var printing: TableOptions

  func run() throws {
    var text = TSVText(columns: ["what", "found", "status"])
    text.add([
      "program", "petbalance \(Product.version)\(BuildInfo.commit.isEmpty ? "" : ", commit \(BuildInfo.commit)")", "ok",
    ])
    text.add(["system", Self.system, "ok"])
    text.add(["memory", Self.memory, "ok"])
    let temporary = FileManager.default.temporaryDirectory.path
    text.add(["temporary folder", "\(temporary), \(Self.room(temporary)) free", "ok"])
    let here = FileManager.default.currentDirectoryPath
    let isWritable = FileManager.default.isWritableFile(atPath: here)
    text.add(["this folder", "\(here), \(Self.room(here)) free", isWritable ? "ok" : "notWritable"])
    text.add(["browser", Open.browser ?? "none found: petbalance open prints the page's address", "ok"])
    let test = try SelfTest()
    let worst = NumberText.short(Rounding.significant(100 * test.worst, digits: 2))
    text.add([
      "self-test",
      "\(test.count) ratios of a simulated study within \(worst) % of the truth, "
        + Duration.words(seconds: test.seconds), test.isRight ? "ok" : "failed",
    ])
    try Screen.write(text.text, to: nil, inputs: [], as: printing)
    guard test.isRight else {
      throw PETError(
        .internalFault, field: "self-test",
        "ratios are off by up to \(worst) % where \(NumberText.short(100 * SelfTest.tolerance)) % is the most",
        remedy: "install the program anew, and report it")
    }
  }

  private static var system: String {
    var name = utsname()
    uname(&name)
    func text<Bytes>(_ field: Bytes) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return
      "\(text(name.sysname)) \(text(name.release)) \(text(name.machine)), glibc \(BuildInfo.runtime)"
  }

  private static var memory: String {
    let free = Double(MemoryBudget.available) / 1_073_741_824
    let all = Double(ProcessInfo.processInfo.physicalMemory) / 1_073_741_824
    return
      "\(Parallel.cores) cores, \(NumberText.fixed(all, decimals: 1)) GiB, \(NumberText.fixed(free, decimals: 1)) free"
  }

  private static func room(_ folder: String) -> String {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return "an unknown amount" }
    return NumberText.fixed(Double(status.f_bavail) * Double(status.f_frsize) / 1_073_741_824, decimals: 1) + " GiB"
  }
}
