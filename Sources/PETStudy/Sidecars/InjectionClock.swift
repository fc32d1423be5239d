package import PETCore

/// The clocks of a sidecar made from DICOM, against the frame times: a scan that is said to start at injection must.
package enum InjectionClock {
  /// Clocks are set by hand: what is less, s, is told by nobody.
  private static let agreement = 120.0

  /// - Parameters:
  ///   - first: start of the first frame, s after TimeZero.
  ///   - injection: s after TimeZero.
  static func finding(_ sidecar: PETSidecar, first: Double, injection: Double) -> Finding? {
    let given = ["RadiopharmaceuticalStartTime", "RadiopharmaceuticalStartDateTime"]
    guard let field = given.first(where: { seconds(sidecar.text($0)) != nil }),
      let injected = seconds(sidecar.text(field)),
      let scan = ["AcquisitionTime", "SeriesTime", "TimeZero"].first(where: { seconds(sidecar.text($0)) != nil }),
      let started = seconds(sidecar.text(scan))
    else { return nil }
    // TimeZero is what the frames count from; the others are when they begin.
    let begins = scan == "TimeZero" ? started + first : started
    let between = between(injected, begins)
    let stated = first - injection
    guard abs(between - stated) > agreement else { return nil }
    let words =
      "injection at \(sidecar.text(field) ?? "") and \(scan) \(sidecar.text(scan) ?? "") are "
      + "\(NumberText.short(between.rounded())) s apart, the times of the sidecar \(NumberText.short(stated.rounded())) s"
    let remedy = "write InjectionStart \(NumberText.short((first - between).rounded())), or correct the clock"
    // What nobody states is not contradicted, but the scan cannot be taken as beginning at injection either.
    let isStated = (try? sidecar.number("InjectionStart")) ?? nil
    return Finding(
      isStated == nil ? .fault : .warning, .injectionClock, field: field, value: sidecar.text(field) ?? "", words,
      remedy: remedy, castsDoubt: true)
  }

  /// s from one time of day to another, at most half a day.
  static func between(_ first: Double, _ second: Double) -> Double {
    let day = 86400.0
    return (second - first + 1.5 * day).truncatingRemainder(dividingBy: day) - day / 2
  }

  /// s after midnight of `hh:mm:ss…`, `hhmmss…` or a DICOM date and time; nil for anything else.
  ///
  /// Hours, and seconds after a colon, may have one digit where they are below ten, as converters write them.
  static func seconds(_ text: String?) -> Double? {
    let clock =
      #/
      (?:\d{4}-?\d\d-?\d\d[T\ ]?)?(\d\d?(?=:)|\d\d):?(\d\d)
      (?::?(\d\d(?:\.\d+)?)|:(\d(?:\.\d+)?))(?:Z|[+-]\d\d:?\d\d)?
      /#
    guard let match = text?.wholeMatch(of: clock), let hours = Double(match.1), let minutes = Double(match.2),
      let seconds = (match.3 ?? match.4).flatMap({ Double($0) }), hours < 24, minutes < 60, seconds < 61
    else { return nil }
    return hours * 3600 + minutes * 60 + seconds
  }
}

extension Finding.Code {
  package static let injectionClock = Finding.Code("injection-clock")
}
