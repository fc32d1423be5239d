import Foundation
package import PETCore
import PETImaging

/// Whether an image is what its name and its sidecar say.
package enum ImageChecks {
  /// Reads an image once: its header, every voxel, and what neither should be.
  package static func run(_ path: String) -> [Finding] { summary(path).findings }

  private static func summary(_ path: String) -> (frameMeans: [Double], findings: [Finding]) {
    do throws(PETError) {
      let summary = try ImageSummary(path: path)
      let findings = summary.findings.map { finding in
        switch finding.code {
        // A file that holds nothing is no image; which side is which nobody can tell from outside.
        case .constant, .leftRight: finding.at(.fault)
        default: finding
        }
      }
      return (summary.frameMeans, findings)
    } catch {
      return ([], [Finding(fault: error, code: .imageUnreadable)])
    }
  }

  /// An image beside the frames of its sidecar, and its activity beside what was injected.
  ///
  /// - Parameters:
  ///   - frames: how many the sidecar lists; nil when it does not.
  ///   - timing: nil when the sidecar's times cannot be right.
  ///   - uptake: nil when the dose is not known.
  package static func run(
    _ path: String, frames: Int?, timing: ScanTiming?, unit: (name: String, factor: Double)?, uptake: UptakeChecks?
  ) -> [Finding] {
    let (means, found) = summary(path)
    var findings = found
    guard let header = try? VoxelStream(path: path).header else { return findings }
    if let frames, header.frames != frames {
      findings.append(
        Finding(
          .fault, .frameCount, file: path, field: "dim[4]", value: "\(header.frames)",
          "the image has \(header.frames) frames, the sidecar \(frames)",
          remedy: "correct FrameTimesStart and FrameDuration, or the image"))
    }
    if let timing, means.count == timing.storedFrames, !findings.contains(where: { $0.level == .fault }) {
      findings += [CurveChecks.beforeInjection([means], timing, file: path)].compactMap { $0 }
      findings += CurveChecks.findings(
        timing.activity(means), timing.frames, isotope: timing.isotope, file: path)
    }
    guard !findings.contains(where: { $0.level == .fault }), let timing, let unit, let uptake,
      let mean = try? MeanImage(path: path, durations: timing.storedDurations)
    else { return findings }
    let sorted = mean.values.filter { $0.isFinite && $0 > 0 }.sorted()
    guard sorted.count > 100 else { return findings }
    // The brightest hundredth: brain, whatever the field of view.
    let bright = sorted[sorted.count - sorted.count / 100 - 1] * unit.factor
    if let finding = uptake.finding(
      .suvScale, "the mean activity of the brightest hundredth", activity: bright, range: UptakeChecks.tissue,
      file: path, field: "Units", unit: unit.name)
    {
      findings.append(finding)
    }
    return findings
  }
}

extension Finding.Code {
  package static let frameCount = Finding.Code("frame-count")
  package static let imageUnreadable = Finding.Code("image-unreadable")
  package static let suvScale = Finding.Code("suv-scale")
}
