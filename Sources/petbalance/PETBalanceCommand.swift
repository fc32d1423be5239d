import ArgumentParser
import Foundation
import PETCore
import PETResults

/// The command line: parse, call, print.
@main
struct PETBalanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "petbalance",
    abstract: "Dopamine-serotonin balance per region from dynamic PET of two tracers.",
    discussion: HelpText.of(
      """
      petbalance run STUDY OUT --pipeline raclopride-dasb      a BIDS study to tables, with intervals
      petbalance STUDY OUT participant --pipeline FILE.yaml    the same, as a BIDS App

      Exit: 0 done, 1 done but some scans failed, 64 usage, 65 input wrong, 66 input missing, 70 internal fault,
      73 cannot write, 74 cannot read.
      """),
    version: BuildInfo.text,
    groupedSubcommands: [
      CommandGroup(
        name: "Study",
        subcommands: [
          Run.self, Open.self, Scans.self, Init.self, Check.self, Plan.self, Verify.self, Report.self, Cite.self,
          Export.self,
        ]),
      CommandGroup(
        name: "Scan",
        subcommands: [
          Info.self, Regions.self, Align.self, Motion.self, Resolution.self, Tacs.self, Convert.self, Input.self,
          Fit.self, Maps.self, Balance.self, Compare.self,
        ]),
      CommandGroup(
        name: "Statistics",
        subcommands: [
          Study.self, Power.self, Norms.self, OccupancyCommand.self, Change.self, ReliabilityCommand.self,
          Sensitivity.self,
          Multiverse.self,
        ]),
      CommandGroup(
        name: "Information",
        subcommands: [Models.self, Tracers.self, Pipelines.self, Simulate.self, Doctor.self, Manual.self]),
    ])

  /// Every command, as the configuration has them.
  static var commands: [any ParsableCommand.Type] {
    configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
  }

  /// Told to stop, the process takes its temporary files with it and ends as the signal would have ended it.
  private static func stopCleanly(on numbers: [Int32]) {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers {
      signal(number, SIG_DFL)
      sigaddset(&set, number)
    }
    // Before there is any other thread: all of them leave the signals to the one that waits.
    pthread_sigmask(SIG_BLOCK, &set, nil)
    let signals = set
    let watch = SystemThread {
      var signals = signals
      var number: Int32 = 0
      while sigwait(&signals, &number) != 0 {}
      if let words = Interruption.words.withLock({ $0 }) {
        Screen.raw(Terminal.errors.takesSequences ? "\r\u{1b}[K" : "")
        Screen.note("petbalance: \(words())")
      }
      Leftovers.removeAll {
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        kill(getpid(), number)
        _exit(128 + number)
      }
    }
    // Where no thread can be made the signal ends the process at once, and the next run sweeps.
    if watch == nil { pthread_sigmask(SIG_UNBLOCK, &set, nil) }
    watch?.letGo()
  }

  /// Closed standard descriptors are held open the wrong way round: a file opened later is never taken for a screen.
  private static func holdStandardDescriptors() {
    for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 {
      _ = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// The first line of a message, with the choices that follow it as a list.
  private static func oneLine(_ message: String) -> String {
    let lines = message.split(separator: "\n")
    guard let first = lines.first else { return "wrong command line" }
    let choices = lines.dropFirst().prefix { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }
    return choices.isEmpty ? String(first) : "\(first) \(choices.joined(separator: ", "))"
  }

  /// Runs the command; errors are one line each and give their exit code.
  static func main() {
    holdStandardDescriptors()
    // Nobody may be reading what is noted on the way; who reads the output ends the command (see Screen).
    signal(SIGPIPE, SIG_IGN)
    // A file-size limit is then an error of the write, which is told, and not a signal.
    signal(SIGXFSZ, SIG_IGN)
    stopCleanly(on: [SIGTERM, SIGINT, SIGHUP])
    // Swift reads them from a file of the system's; without even a name there was none to be had.
    guard !CommandLine.arguments.isEmpty else {
      Screen.fail(
        PETError(.cannotRead, "the command line cannot be read", remedy: "raise the limit of open files (ulimit -n)"))
    }
    var arguments = UsageAdvice.joined(Array(CommandLine.arguments.dropFirst()))
    let names = Set(commands.map { $0._commandName } + ["help"])
    // The BIDS-App form: two folders, a level and a pipeline without a command's name.
    if let first = arguments.first, !first.hasPrefix("-"), !names.contains(first) {
      let hasPipeline = arguments.contains { $0 == "--pipeline" || $0.hasPrefix("--pipeline=") }
      let near = NearestName.of(first, among: names.sorted())
      // A folder that is not there may be a mistyped command; one that nothing is like is a folder that is not there.
      guard hasPipeline, near == nil || FileManager.default.fileExists(atPath: first) else {
        Screen.fail(
          PETError(
            .usage, "there is no command '\(first)'",
            remedy: near.map { "did you mean '\($0)'?" } ?? "see petbalance --help"))
      }
      arguments.insert("run", at: 0)
    }
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch let error as PETError {
      Screen.fail(error)
    } catch let error as ExitCode {
      Foundation.exit(error.rawValue)
    } catch {
      // Help and version are no errors; a wrong command line is one line.
      guard exitCode(for: error) != .success else { exit(withError: error) }
      Screen.fail(
        UsageAdvice.error(arguments, message: Self.oneLine(message(for: error)), tree: CommandTree(Self.self)))
    }
  }
}
