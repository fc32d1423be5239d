import PETCore
import PETResults
import PETStudy

/// The units of a run, worked out one by one or several at once, and what is told on the way.
extension BatchRun {
  /// A step of a run: a scan or pair that begins or has come to its end, or the pages and tables that follow.
  package struct Progress: Sendable {
    package enum Step: Sendable { case begun, ended, pages }

    package let step: Step
    package let unit: String
    /// How it ended, in a few words: the reason of a failure is told with all others.
    package var words = ""
    package var isFailure = false
    /// Scans and pairs that have come to their end.
    package let count: Int
    /// Scans and pairs in all.
    package let total: Int

    /// The words of a unit that needed no work.
    package static let doneBefore = "done before"
  }

  /// Counts what comes to its end, and tells it.
  struct Teller: Sendable {
    let total: Int
    let tell: @Sendable (Progress) -> Void
    private let count = Locked(0)

    init(total: Int, tell: @escaping @Sendable (Progress) -> Void) { (self.total, self.tell) = (total, tell) }

    func begin(_ unit: String) {
      tell(Progress(step: .begun, unit: unit, count: count.withLock { $0 }, total: total))
    }

    func end(_ unit: String, _ ending: Ending) {
      let count = count.withLock { value in
        value += 1
        return value
      }
      tell(
        Progress(
          step: .ended, unit: unit, words: ending.words, isFailure: ending.failure != nil, count: count, total: total))
    }

    func pages() { tell(Progress(step: .pages, unit: "", count: total, total: total)) }
  }

  /// Every scan that is not done, several at once as far as memory goes.
  func fit(_ told: Teller) -> [Ending] {
    let work = ScanWork(context: context)
    let budget = MemoryBudget(bytes: options.memory)
    return Parallel.map(units.count, jobs: options.jobs) { index -> Ending in
      let unit = units[index]
      let name = unit.entry.stem
      let ending: Ending
      if !options.force && work.state(unit).isDone {
        context.output.forgetAttempt(name)
        ending = .cached
      } else {
        let hadResults = context.output.standing(name) != nil
        let result = budget.with(work.memory(unit)) {
          told.begin(name)
          return work.run(unit, anew: options.force)
        }
        switch result {
        case .success(let words): ending = .done(words)
        case .failure(let error): ending = .failed(failure(name, error), hadResults: hadResults)
        }
      }
      told.end(name, ending)
      return ending
    }
  }

  /// Every balance whose scans are done.
  func pair(_ told: Teller) -> [Ending] {
    let work = PairWork(context: context)
    return Parallel.map(pairs.count, jobs: options.jobs) { index -> Ending in
      let pair = pairs[index]
      let name = work.unit(pair)
      let ending: Ending
      if !options.force, work.state(pair, recordedStates(of: pair)).isDone {
        context.output.forgetAttempt(name)
        ending = .cached
      } else {
        let hadResults = context.output.standing(name) != nil
        told.begin(name)
        switch work.run(pair, (units[pair.numerator], units[pair.denominator])) {
        case .success(let words)?: ending = .done(words)
        case .failure(let error)?: ending = .failed(failure(name, error), hadResults: hadResults)
        case nil: ending = .waiting(hadResults ? name : nil)
        }
      }
      told.end(name, ending)
      return ending
    }
  }
}
