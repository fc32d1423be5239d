import Foundation
import PETCore
import PETTestSupport
import Testing

/// What is shipped for clusters and containers, without either: a Slurm that only notes what it is asked.
struct ClusterTests {
  private static func path(_ name: String) -> String { Program.package.appendingPathComponent(name).path }

  private static func text(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  private let folder: TemporaryFolder
  private let study: String
  private let out: String

  /// Two persons, in folders whose names have blanks and a per cent sign.
  init() throws {
    folder = try TemporaryFolder()
    study = folder.file("my study")
    out = folder.file("results 100%j")
    try FileManager.default.copyItem(atPath: Program.sampleData, toPath: study)
    try fake("scontrol", "echo \"MaxArraySize            = ${MAX_ARRAY:-1001}\"")
    try fake("squeue", "echo \"$WAITING\"")
    // One line a submission; the work is done at once, task by task, with what a node gives it.
    try fake(
      "sbatch",
      """
      id=$(($(cat '\(folder.file("ids"))' 2>/dev/null || echo 100) + 1))
      echo $id > '\(folder.file("ids"))'
      printf '%s|' "$@" >> '\(folder.file("asked"))'
      echo >> '\(folder.file("asked"))'
      echo "$id;cluster"
      last=none
      while [[ $1 = --* ]]; do
        [[ $1 != --array=* ]] || { last=${1#--array=0-} last=${last%%%*}; }
        shift
      done
      if [ $last = none ]; then "$@" 2>/dev/null; fi
      for ((task = 0; task <= last; task++)); do SLURM_ARRAY_TASK_ID=$task "$@" 2>/dev/null; done
      exit 0
      """)
  }

  private func fake(_ name: String, _ words: String) throws {
    chmod(try folder.write("bin/\(name)", "#!/bin/bash\n\(words)\n"), 0o755)
  }

  private func submit(_ arguments: [String] = [], _ environment: [String: String] = [:]) throws -> Program.Outcome {
    var environment = environment
    environment["PATH"] = folder.file("bin") + ":/usr/bin:/bin"
    return try Program.run(
      URL(fileURLWithPath: Self.path("Pipelines/slurm/submit")),
      [study, out, "--pipeline", PlainPipeline.path, "--petbalance", Program.executable.path] + arguments,
      environment: environment)
  }

  /// What was asked of Slurm since the last time, one list of arguments for each submission.
  private func asked() throws -> [[String]] {
    let file = folder.file("asked")
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    try FileManager.default.removeItem(atPath: file)
    return lines.map { $0.split(separator: "|").map(String.init) }
  }

  @Test func submitsScansThenPairsThenTheGroup() throws {
    let outcome = try submit(["--time", "0:30:00", "--partition=short", "--at-once", "3"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let words = ["scan: job 101, 4 lines in 4 tasks", "pair: job 102, 2 lines in 2 tasks", "group: job 103"]
    #expect(outcome.output.split(separator: "\n").prefix(3).map(String.init) == words)
    let jobs = try asked()
    #expect(jobs.count == 3 && jobs.allSatisfy { $0.contains("--time=0:30:00") && $0.contains("--partition=short") })
    #expect(jobs[0].contains("--array=0-3%3") && !jobs[0].contains { $0.hasPrefix("--dependency") })
    #expect(jobs[1].contains("--array=0-1%3") && jobs[1].contains("--dependency=afterany:101"))
    #expect(jobs[2].contains("--dependency=afterany:102") && !jobs[2].contains { $0.hasPrefix("--array") })
    // A per cent sign of the folder is none of Slurm's patterns.
    let logs = "--output=" + folder.file("results 100%%j-slurm/1/")
    #expect(jobs[0].contains(logs + "scan-%a.log") && jobs[2].contains(logs + "group.log"))
    // The folder of the results holds what it holds after a plain run.
    let plain = try SampleStudyTests.run(study, into: folder, name: "plain").path
    #expect(try ResumeTests.tree(out) == ResumeTests.tree(plain))
  }

  @Test func submitsWhatIsMissing() throws {
    #expect(try submit().status == 0)
    _ = try asked()
    try FileManager.default.removeItem(atPath: out + "/records/sub-02_trc-RAC.json")
    let second = try submit()
    #expect(second.output.hasPrefix("scan: job 104, 1 lines in 1 tasks\npair: job 105, 1 lines in 1 tasks\n"))
    _ = try asked()
    // Nothing: only the tables.
    #expect(try submit().output.hasPrefix("group: job 107\n"))
    #expect(try asked().map { $0.contains { $0.hasPrefix("--dependency") } } == [false])
    #expect(try submit(["--", "--force"]).output.hasPrefix("scan: job 108, 4 lines"))
    // Not while jobs of before are there.
    let early = try submit([], ["WAITING": "107 RUNNING"])
    #expect(early.status == 75 && early.errors.contains("scancel 108 109 110"), "\(early.errors)")
  }

  /// More lines than an array may have share tasks, and options of the program go to all of them.
  @Test func longPlansShareTasks() throws {
    let outcome = try submit(["--", "--participant-label", "01", "02"], ["MAX_ARRAY": "3"])
    #expect(outcome.output.hasPrefix("scan: job 101, 4 lines in 2 tasks\npair: job 102, 2 lines in 2 tasks\n"))
    #expect(FileManager.default.fileExists(atPath: out + "/group_balance.tsv"), "\(outcome.errors)")
    #expect(try TSVTable(path: out + "/failures.tsv").rows.isEmpty)
    #expect(try submit(["--lines", "4", "--", "--force"]).output.hasPrefix("scan: job 104, 4 lines in 1 tasks\n"))
  }

  @Test func submitRefuses() throws {
    for (arguments, words) in [
      (["--tim", "1"], "no option --tim"), (["--cpus", "none"], "'none' is not a number"), (["third"], "two folders"),
      (["--petbalance", "/no/petbalance"], "no program"), (["--mem"], "--mem needs a value"),
    ] {
      let outcome = try submit(arguments)
      #expect(outcome.status == 64 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
    }
    #expect(try submit(["--help"]).output.hasPrefix("submit STUDY OUT --pipeline P"))
    #expect(!FileManager.default.fileExists(atPath: out + "-slurm"))
  }

  @Test(arguments: ["Pipelines/slurm/submit", "Pipelines/slurm/task", "Scripts/cluster-test"])
  func scriptsAreWellFormed(script: String) throws {
    let bash = try Program.run(URL(fileURLWithPath: "/bin/bash"), ["-n", Self.path(script)])
    #expect(bash.status == 0 && bash.errors.isEmpty, "\(bash.errors)")
    #expect(FileManager.default.isExecutableFile(atPath: Self.path(script)))
  }

  /// Every flag of the descriptor is one of the program's, and its version is the program's.
  @Test func descriptorIsOfThisProgram() throws {
    let descriptor = try JSONValue.readObject(path: Self.path("Pipelines/container/petbalance.boutiques.json"))
    let help = try Program.run(["run", "--help"]).output
    let flags = descriptor["inputs"]?.list?.compactMap { $0["command-line-flag"]?.string } ?? []
    #expect(flags.count > 8 && flags.allSatisfy { help.contains($0 + " ") || help.contains($0 + ",") }, "\(flags)")
    let version = String(try Program.run(["--version"]).output.prefix { $0 != "\n" })
    #expect(descriptor["tool-version"]?.string == version)
    #expect(descriptor["container-image"]?["image"]?.string == "petbalance:" + version)
  }

  /// The container is made of the packaged program alone: whatever it copies, the package makes.
  @Test func containerIsOfThePackage() throws {
    let file = try Self.text("Pipelines/container/Dockerfile")
    #expect(file.contains("COPY dist/petbalance-*-linux.tar.xz") && !file.contains("swift build"))
    #expect(try Self.text("Scripts/package").contains("name=petbalance-$version-$machine-linux"))
    let ignored = try Self.text("Pipelines/container/Dockerfile.dockerignore").split(separator: "\n")
    #expect(ignored.last == "!dist/petbalance-*-linux.tar.xz")
  }

  /// Two hundred scans through a real Slurm and Snakemake: minutes, and installs both from Debian.
  @Test(
    .serialized, .enabled(if: TestDepth.isFull, "only in the full suite"),
    arguments: ["slurm", "snakemake"])
  func realClusters(kind: String) throws {
    let run = try Program.run(URL(fileURLWithPath: Self.path("Scripts/cluster-test")), [kind])
    #expect(run.status == 0, "\(run.errors)")
    print(run.output)
  }
}
