package import PETCore
package import PETTracers

/// What a sidecar says of time, decay, isotope and units: the reader's own checks, and what it does not need to know.
package enum TimingChecks {
  /// - Parameter tracer: that of the scan, when it is known.
  package static func run(_ sidecar: PETSidecar, tracer: TracerCard?) -> (timing: ScanTiming?, findings: [Finding]) {
    var findings: [Finding] = []
    var timing: ScanTiming?
    do throws(PETError) {
      let read = try ScanTiming(sidecar)
      timing = read
      findings = read.findings
    } catch {
      findings.append(Finding(fault: error, code: .frameTiming))
    }
    func warn(_ code: Finding.Code, _ field: String, _ value: String, _ problem: String, _ remedy: String) {
      findings.append(
        Finding(.warning, code, file: sidecar.file, field: field, value: value, problem, remedy: remedy))
    }
    if let zero = sidecar.text("TimeZero") {
      if zero.wholeMatch(of: /([01]?\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?/) == nil {
        warn(.timeZero, "TimeZero", zero, "'\(zero)' is not a time of day", "write hh:mm:ss")
      }
    } else if !sidecar.files.isEmpty {
      warn(
        .timeZero, "TimeZero", "n/a", "the time that all others count from is not stated",
        "write it as hh:mm:ss; injection is taken as time 0")
    }
    if sidecar.text("TracerName") == nil {
      warn(.tracerName, "TracerName", "n/a", "the tracer is not named", "name it")
    }
    if let isotope = sidecar.isotope {
      if let tracer, tracer.isotope != isotope {
        findings.append(
          Finding(
            .warning, .isotopeTracer, file: sidecar.file, field: "TracerRadionuclide", value: isotope.rawValue,
            "\(isotope.rawValue) where \(tracer.name) is labelled with \(tracer.isotope.rawValue)",
            remedy: "correct TracerName or TracerRadionuclide; the scan's isotope is used", castsDoubt: true))
      }
    } else if sidecar.text("TracerRadionuclide") == nil {
      findings.append(Finding.isotope(nil).at(file: sidecar.file))
    }
    return (timing, findings)
  }
}

extension Finding.Code {
  package static let frameTiming = Finding.Code("frame-timing")
  package static let isotopeTracer = Finding.Code("isotope-tracer")
  package static let timeZero = Finding.Code("time-zero")
  package static let tracerName = Finding.Code("tracer-name")
}
