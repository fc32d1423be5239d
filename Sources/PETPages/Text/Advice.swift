import PETBinding
import PETKinetics

/// What to do about a row that is not as it should be, in words beside its flag.
enum Advice {
  static func on(_ status: BalanceStatus) -> String {
    switch status {
    case .ok: ""
    case .regionMissing: "see which labels each scan has"
    case .noBinding, .bindingUnreliable: "look at the curve and its fit below"
    case .errorUnknown: "use a model that tells errors"
    case .denominatorIndistinct: "the set is the answer: the data do not bound the ratio; a larger region is less noisy"
    case .numeratorNonpositive: "read the ratio with its set; a larger region is less noisy"
    case .denominatorBelowFloor: "read it with care: its bias exceeds its error"
    case .dataDoubtful: "see what was noticed in the scan, and whether that is to be mended"
    case .poorlyResolved: "merge it with its neighbours, or read it with its error"
    case .fitAtBound: "look at the fit; free or hold that parameter"
    }
  }

  static func on(_ status: FitStatus) -> String {
    switch status {
    case .converged: ""
    case .atBound, .fitAtBound: "look at the curve; widen the bound if it holds the fit back, or use a simpler model"
    case .poorlyIdentified, .iterationLimit: "look at the curve; a simpler model or a larger region tells more"
    case .singular: "look at the curve: it does not determine this model"
    case .noSignal: "see whether the labels lie on the scan"
    }
  }
}
