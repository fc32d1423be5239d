import PETCore
import PETImaging

/// The heads of a person's scans with their regions.
extension PersonPage {
  /// The two scans over each other; nil without both.
  var overlay: Drawing? {
    guard report.scans.count == 2, let a = report.scans[0].picture, let b = report.scans[1].picture else { return nil }
    return HeadFigure.overlay(a, b, names: (report.scans[0].unit, report.scans[1].unit))
  }

  /// Regions on the scans: what is drawn, with the scale of its greys; two of a head that moved lie over each other.
  var heads: [[String: Any]] {
    func drawn(_ picture: ScanPlanes, _ words: String) -> [String: Any] {
      ["figure": HeadFigure.drawing(picture, title: words).svg, "words": printable(words)]
    }
    func figure(_ picture: ScanPlanes, _ scan: ScanReport, _ words: String, _ pictures: [[String: Any]]) -> [String:
      Any]
    {
      [
        "pictures": pictures, "isCompared": pictures.count > 1,
        "bar": HeadFigure.greys(picture).bar(label: "activity", unit: "kBq/mL", of: scan.unit).svg,
        "caption": printable(
          "\(scan.unit), \(scan.tracer): \(words); lines are the regions"
            + (picture.other.map { ", broken blue ones \($0.words)" } ?? "") + "."),
      ]
    }
    var figures: [[String: Any]] = report.scans.flatMap { scan in
      [
        scan.picture.map { figure($0, scan, "mean over the scan", [drawn($0, scan.unit)]) },
        scan.moved.map { moved in
          figure(
            moved.before, scan,
            "mean after 5 min, before and after the head of each frame was brought to one pose (blocks of 4 mm)",
            [
              drawn(moved.before, "\(scan.unit), frames as they lie"),
              drawn(moved.after, "\(scan.unit), frames in one pose"),
            ])
        },
      ].compactMap { $0 }
    }
    if let overlay {
      figures.append([
        "pictures": [["figure": overlay.svg]],
        "caption": printable(
          "Alignment: \(report.scans[0].unit) in orange, \(report.scans[1].unit) in blue, with the outline of each one's "
            + "regions. The planes are the same in space."),
      ])
    }
    return figures
  }
}
