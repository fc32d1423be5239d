import Foundation
import PETCore
import PETTestSupport
import Testing

/// What the machine can do to a run: full disks, limits, closed standard files, odd places and settings.
///
/// Either the run ends with the very bytes of any other run, or it says why not, and the next run does.
struct BadProcessTests {
  private static let isRoot = getuid() == 0
  private static let hasMounts =
    isRoot && (try? sh("mount -t tmpfs none /mnt", ["unshare", "-m"]).status) == 0

  /// A shell script with arguments, behind another command when there is one; ten seconds.
  @discardableResult
  private static func sh(_ script: String, _ before: [String] = [], _ arguments: [String] = []) throws
    -> Program.Outcome
  {
    try Program.run(
      URL(fileURLWithPath: "/usr/bin/env"),
      ["timeout", "-s", "KILL", "20"] + before + ["/bin/sh", "-c", script, "sh"] + arguments)
  }

  private static func command(_ bad: BadStudy) -> [String] {
    [Program.executable.path, "run", bad.study, bad.out, "--pipeline", PlainPipeline.path, "--jobs", "2"]
  }

  /// An ordinary run gives the results of the good study, and what it was made from is as it was.
  private func isAsGood(_ bad: BadStudy, _ out: String? = nil) throws {
    let run = try Program.run(["run", bad.study, out ?? bad.out, "--pipeline", PlainPipeline.path, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    try isReference(out ?? bad.out)
  }

  private func isReference(_ out: String) throws {
    let (tree, good) = (try ResumeTests.tree(out), try BadStudy.results())
    #expect(
      tree == good, "\(Set(tree.keys).symmetricDifference(good.keys)) \(tree.keys.filter { tree[$0] != good[$0] })")
  }

  /// Files under their final names are whole: those of units are as in the good study.
  private func isWhole(_ out: String) throws {
    let good = try BadStudy.results()
    let tree = try ResumeTests.tree(out)
    #expect(BadStudy.leftovers(tree).isEmpty, "\(BadStudy.leftovers(tree))")
    for (name, bytes) in tree {
      // These tell of failures, and records and logs of failed units do.
      if BadStudy.isPage(name) || name == "failures.tsv" || name.hasPrefix("group_") || name.hasPrefix("records/")
        || name.hasPrefix("logs/")
      {
        continue
      }
      #expect(good[name] == bytes, "\(name)")
    }
    for name in tree.keys where name.hasPrefix("records/") { _ = try JSONValue.readObject(path: out + "/" + name) }
  }

  /// Lines of error, each with what and where.
  private func tells(_ errors: String, _ words: String) throws {
    let lines = errors.split(separator: "\n").filter { $0.contains("error:") }
    #expect(!lines.isEmpty && lines.allSatisfy { $0.hasPrefix("petbalance: error: ") }, "\(errors.prefix(400))")
    #expect(try lines.contains { try $0.contains(Regex(words)) }, "\(errors.prefix(400))")
    #expect(!errors.contains("Fatal error") && !errors.contains("crashed"))
  }

  // MARK: - Surroundings

  /// Nothing outside the study has a say in the results.
  @Test(arguments: [
    #""$@" >&-"#, #""$@" <&- >&- 2>&-"#, #""$@" >/dev/full 2>/dev/full"#, #"{ "$@" 2>&1; echo $? >&3; } 3>&2 | true"#,
    #"env -u HOME "$@""#, #"HOME=/nonexistent TMPDIR=/nonexistent "$@""#, #"env -i "$@""#,
    #"LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 "$@""#, #"LC_ALL=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8 "$@""#, #"LC_ALL=C "$@""#,
    #"TZ=Asia/Kathmandu "$@""#, #"TZ=XYZ-25:61:61 "$@""#, #"umask 077; "$@""#, #"cd /; "$@""#,
  ])
  func surroundingsDoNotMatter(script: String) throws {
    let bad = try BadStudy()
    let before = try BadStudy.input(bad.study)
    let run = try Self.sh(script, [], Self.command(bad))
    #expect(run.status == 0, "\(run.errors)")
    try isReference(bad.out)
    #expect(try BadStudy.input(bad.study) == before)
  }

  /// Output that nobody can take is an error of its own, or the end of a pipe.
  @Test(arguments: [(#""$@" >&-"#, 73), (#""$@" >/dev/full"#, 73), (#"{ "$@"; echo $? >&2; } | true"#, 0)])
  func outputThatNobodyTakes(script: String, status: Int32) throws {
    let command = [Program.executable.path, "plan", Program.sampleData, "--pipeline", PlainPipeline.path]
    let run = try Self.sh(script, [], command)
    #expect(run.status == status && run.output.isEmpty)
    if status == 0 {
      #expect(["0\n", "141\n"].contains(run.errors))
    } else {
      #expect(run.errors.hasPrefix("petbalance: error: standard output: cannot write: "), "\(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1)
    }
  }

  /// A study and its results may lie anywhere.
  @Test(arguments: [
    "with space", "line\nfeed", "😀", "e\u{301}te\u{301}", "$(touch evil);'\"&|*?<>`\\", "-dash", "--jobs=0",
    "ünï/½",
    String(repeating: "long", count: 60),
  ])
  func placesDoNotMatter(name: String) throws {
    let bad = try BadStudy()
    let place = bad.folder.file("in/" + name)
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: bad.study, toPath: place + "/study")
    let run = try Program.run(
      URL(fileURLWithPath: "/usr/bin/env"),
      ["-C", place, Program.executable.path, "run", "study", "out", "--pipeline", PlainPipeline.path, "--quiet"])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    try isReference(place + "/out")
    // By full path nothing is left to do, and an error there is one line.
    let again = try Program.run(["plan", place + "/study", place + "/out", "--pipeline", PlainPipeline.path])
    #expect(
      again.status == 0 && !again.output.contains("pending") && !again.output.contains("stale"), "\(again.output)")
    let error = try Program.run(["info", place + "/none.nii"])
    #expect(error.status == 66 && error.errors.hasPrefix("petbalance: error: "), "\(error.errors)")
    #expect(error.errors.split(whereSeparator: \.isNewline).count == 1)
  }

  // MARK: - The place to write

  @Test(arguments: [
    "study", "study/out", "study/sub-01/pet", "study/sub-01/out", "study/derivatives", "study/../study/out",
  ])
  func neverInsideTheInput(name: String) throws {
    let bad = try BadStudy()
    let before = try BadStudy.input(bad.study)
    let run = try Program.run(["run", bad.study, bad.folder.file(name), "--pipeline", PlainPipeline.path])
    #expect(run.status == 64 && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    #expect(run.errors.contains("OUT: the output"), "\(run.errors)")
    #expect(try BadStudy.input(bad.study) == before)
  }

  /// Under its derivatives is where results of a study may be.
  @Test func underDerivativesIsRight() throws {
    let bad = try BadStudy()
    let before = try BadStudy.input(bad.study)
    let out = bad.path("derivatives/petbalance")
    for words in ["4 scans fitted", "0 scans fitted (4 more"] {
      let run = try Program.run(["run", bad.study, out, "--pipeline", PlainPipeline.path])
      #expect(run.status == 0 && run.errors.contains(words), "\(run.errors)")
    }
    #expect(try BadStudy.input(bad.study).filter { !$0.key.hasPrefix("derivatives/petbalance") } == before)
  }

  @Test(arguments: ["out", "out/sub-02", "out/records", "out/sub-02/pet", "out/failures.tsv"])
  func aFileInTheWay(name: String) throws {
    let bad = try BadStudy()
    if name != "out" {
      _ = try Program.run(["run", bad.study, bad.out, "--pipeline", PlainPipeline.path, "--quiet"])
      try FileManager.default.removeItem(atPath: bad.folder.file(name))
    }
    let isFolder = name.hasSuffix(".tsv")
    if isFolder {
      try bad.folder.write(name + "/in the way", "")
    } else {
      try bad.folder.write(name, "in the way")
    }
    let run = try Program.run(["run", bad.study, bad.out, "--pipeline", PlainPipeline.path, "--quiet"])
    #expect(run.status == 73 || run.status == 1)
    try tells(run.errors, "in the way|not a regular file")
    try FileManager.default.removeItem(atPath: bad.folder.file(name))
    if name != "out" { try isWhole(bad.out) }
    try isAsGood(bad)
  }

  @Test(.enabled(if: hasMounts, "needs the right to mount"))
  func aReadOnlyPlace() throws {
    let bad = try BadStudy()
    try FileManager.default.createDirectory(atPath: bad.out, withIntermediateDirectories: false)
    let script = #"mount -t tmpfs -o ro none "$1"; shift; exec "$@""#
    let run = try Self.sh(script, ["unshare", "-m"], [bad.out] + Self.command(bad))
    #expect(run.status == 73, "\(run.errors)")
    try tells(run.errors, "out.*Read-only file system; choose a folder you may write to")
    try isAsGood(bad)
  }

  /// Full at the first file, midway and near the end; with room again the next run ends as any other.
  @Test(.enabled(if: hasMounts, "needs the right to mount"), arguments: [4, 60, 140, 250, 340])
  func aFullDisk(kilobytes: Int) throws {
    let bad = try BadStudy()
    let script = #"""
      size=$1 out=$2 keep=$3
      shift 3
      mkdir -p "$out" && mount -t tmpfs -o size=${size}k none "$out" || exit 99
      "$@"
      echo "status $?" >&2
      cp -a "$out" "$keep/first"
      mount -o remount,size=50m "$out"
      "$@" >&2
      echo "status $?" >&2
      cp -a "$out" "$keep/second"
      """#
    let run = try Self.sh(
      script, ["unshare", "-m"], ["\(kilobytes)", bad.out, bad.folder.path] + Self.command(bad) + ["--quiet"])
    let parts = run.errors.split(separator: "status ")
    #expect(parts.count == 3 && ["1", "73"].contains(parts[1].split(separator: "\n").first), "\(run.errors)")
    try tells(String(parts[0]), "No space left on device; make room on the disk")
    try isWhole(bad.folder.file("first"))
    #expect(parts.last == "0\n", "\(run.errors)")
    try isReference(bad.folder.file("second"))
  }

  // MARK: - Limits

  /// Limits of the process: the run ends as any other, or says which limit and where; the next one ends as any other.
  @Test(arguments: [
    ("ulimit -f 1", "File too large; raise the limit of a file's size"),
    ("ulimit -f 8", "File too large; raise the limit of a file's size"),
    ("ulimit -n 5", "Too many open files"), ("ulimit -n 4", "Too many open files; raise the limit of open files"),
    ("ulimit -n 7", "Too many open files"),
    ("ulimit -n 9", "Too many open files"),
    ("ulimit -n 12", "Too many open files"), ("ulimit -d 12000", "cannot start a thread|MiB may be needed"),
    ("ulimit -d 60000", "MiB may be needed.* limit of this process leaves"),
    ("ulimit -v 120000", "cannot start a thread|MiB may be needed"),
    ("ulimit -v 160000", "cannot start a thread|MiB may be needed"),
    ("ulimit -v 260000", "cannot start a thread|MiB may be needed"),
  ])
  func limits(limit: String, words: String) throws {
    let bad = try BadStudy()
    let before = try BadStudy.input(bad.study)
    let run = try Self.sh(limit + #"; exec "$@""#, [], Self.command(bad) + ["--quiet"])
    #expect((0...127).contains(run.status), "\(run.status) \(run.errors.prefix(300))")
    if run.status == 0 {
      try isReference(bad.out)
    } else {
      try tells(run.errors, words)
      if FileManager.default.fileExists(atPath: bad.out) { try isWhole(bad.out) }
    }
    #expect(try BadStudy.input(bad.study) == before)
    try isAsGood(bad)
  }

  // MARK: - Others

  /// Two runs on one output: one does the work, the other too or says who holds it; the results are those of one run.
  @Test func twoRunsAtOnce() throws {
    let bad = try BadStudy()
    let script = #""$@" & first=$!; "$@"; echo "status $?" >&2; wait $first; echo "status $?" >&2"#
    let run = try Self.sh(script, [], Self.command(bad) + ["--quiet"])
    let statuses = run.errors.split(separator: "\n").filter { $0.hasPrefix("status ") }
    #expect(Set(statuses).isSubset(of: ["status 0", "status 73"]) && statuses.contains("status 0"), "\(run.errors)")
    if statuses.contains("status 73") { #expect(run.errors.contains("petbalance: error: \(bad.out)")) }
    try isReference(bad.out)
  }
}

enum Tracing {
  static let isPossible =
    (try? Program.run(
      URL(fileURLWithPath: "/usr/bin/env"), ["strace", "-f", "-o", "/dev/null", "-e", "trace=write", "/bin/true"]
    ).status) == 0
}

/// Every single write that can fail, and every one at which a run can be killed: the next run ends as any other.
///
/// The full suite's own, in SQLite's way: at the first write, the second and so on, until a run has fewer.
@Suite(
  .enabled(if: TestDepth.isFull, "long: run Scripts/test --full"),
  .enabled(if: Tracing.isPossible, "needs strace, and the right to trace"))
struct EveryWriteTests {
  @Test(arguments: ["write", "fsync", "rename", "mkdir", "openat"], ["error=ENOSPC", "error=EIO", "signal=KILL"])
  func nextRunIsAsAnyOther(call: String, fault: String) throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let reference = try ResumeTests.tree(try SampleStudyTests.run(study, into: folder, name: "reference").path)
    let out = folder.file("out")
    let arguments = ["run", study, out, "--pipeline", PlainPipeline.path, "--quiet", "--jobs", "1"]
    var number = 0
    var log = ""
    repeat {
      number += 1
      try? FileManager.default.removeItem(atPath: out)
      let run = try Program.run(
        URL(fileURLWithPath: "/usr/bin/env"),
        [
          "timeout", "-s", "KILL", "60", "strace", "-f", "-o", folder.file("log"), "-e", "trace=\(call)", "-e",
          "inject=\(call):\(fault):when=\(number)", Program.executable.path,
        ] + arguments)
      log = try String(contentsOfFile: folder.file("log"), encoding: .utf8)
      // What went wrong in reading a library or a file of the study may be refused with any code, never by a crash.
      #expect(
        run.status == 0 || fault == "signal=KILL" || (1...127).contains(run.status),
        "\(number): \(run.status) \(run.errors)")
      if run.status == 0 {
        #expect(
          try FileManager.default.fileExists(atPath: out) && ResumeTests.tree(out) == reference,
          "\(number): done, and not right")
      }
      if FileManager.default.fileExists(atPath: out) {
        let tree = try ResumeTests.tree(out)
        if fault != "signal=KILL" {
          #expect(BadStudy.leftovers(tree).isEmpty, "\(number): \(BadStudy.leftovers(tree))")
        }
        // The page of a person whose scans are not all done shows what there is.
        let pages = ["sub-01/sub-01.html", "sub-01/sub-01_report.json"]
        for (name, bytes) in tree where name.hasPrefix("sub-") && !name.contains(".partial-") {
          if run.status != 0 && pages.contains(name) { continue }
          #expect(reference[name] == bytes, "\(number): \(name)")
        }
      }
      let again = try Program.run(arguments)
      let tree = try ResumeTests.tree(out)
      #expect(again.status == 0 && tree == reference, "\(number): \(again.errors)")
    } while log.contains("INJECTED") || log.contains("killed by SIGKILL")
    #expect(number > 3)
    print("\(call) \(fault): \(number - 1) times")
  }
}
