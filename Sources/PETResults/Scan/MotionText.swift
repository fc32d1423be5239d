package import PETCore
package import PETRegistration

/// How a head moved, frame by frame, with the columns that PETPrep and fMRIPrep have, and as members of a sidecar.
package struct MotionText: Sendable {
  private let motion: FrameMotion
  private let isCorrected: Bool

  /// - Parameter isCorrected: whether curves were taken with the labels where each frame has them.
  package init(_ motion: FrameMotion, isCorrected: Bool) { (self.motion, self.isCorrected) = (motion, isCorrected) }

  package static let columns = [
    "trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z", "framewise_displacement", "rmsd", "rmsd-se", "held",
  ]

  package var tsv: String {
    var text = TSVText(columns: Self.columns)
    func number(_ value: Double) -> String { NumberText.exact(Rounding.significant(value, digits: 6)) }
    let (displacements, framewise) = (motion.displacements, motion.framewise)
    for (frame, own) in motion.parameters.enumerated() {
      text.add(
        (own.translation + own.rotation).map(number)
          + [
            frame == 0 ? "n/a" : number(framewise[frame]), number(displacements[frame]), number(motion.errors[frame]),
            motion.isHeld[frame] ? "1" : "0",
          ])
    }
    return text.text
  }

  package static let member = "HeadMotion"

  /// Of the runs of a scan: an object, or a list of several; nothing where there is none.
  package static func members(_ motions: [(found: FrameMotion, isCorrected: Bool)]) -> [(
    name: String, value: JSONValue
  )] {
    let all = motions.map { MotionText($0.found, isCorrected: $0.isCorrected).json }
    return all.isEmpty ? [] : [(member, all.count == 1 ? all[0] : .array(all))]
  }

  /// In short, for the sidecar of the curves.
  package var json: JSONValue {
    func number(_ value: Double) -> JSONValue { .number(Rounding.significant(value, digits: 6)) }
    let validation: [(name: String, value: JSONValue)] =
      motion.isStated
      ? [("Stated", .bool(true))] : isCorrected ? [("Validation", .string(CurveCorrection.validation))] : []
    return .object(
      [
        ("Corrected", .bool(isCorrected)), ("Displacement", number(motion.extent)), ("Units", "mm"),
        ("HeldFrames", .array(motion.isHeld.indices.filter { motion.isHeld[$0] }.map { .number(Double($0 + 1)) })),
        ("ByLabels", .bool(motion.hasLabels && !motion.isStated)),
        (
          "Description",
          .string(
            "rms over the head and over time after 5 min of how far frames lie from the mean pose of that time; HeldFrames are "
              + "rows of the table, which has none for frames that end before injection")
        ),
      ] + validation)
  }

  /// The sidecar of the table.
  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    func column(_ words: String, _ units: String) -> JSONValue {
      .object([("Description", .string(words)), ("Units", .string(units))])
    }
    let axes = [("x", "right"), ("y", "front"), ("z", "top")]
    let about = [
      (
        "Description",
        JSONValue.string(
          Self.words
            + (motion.isStated
              ? "The poses are those of another program's transforms, which tell no errors"
              : "Each frame is fitted to the mean of the others, and to the labels where they are given"))
      ),
      (
        "RotationCentre",
        .numbers([motion.centre.x, motion.centre.y, motion.centre.z].map { Rounding.significant($0, digits: 6) })
      ),
      (Self.member, json),
    ]
    let shifts = axes.map { ("trans_\($0.0)", column("shift of the centre to the \($0.1)", "mm")) }
    let turns = axes.map { ("rot_\($0.0)", column("turn about the axis to the \($0.1)", "rad")) }
    let rest: [(name: String, value: JSONValue)] = [
      (
        "framewise_displacement",
        column(
          "sum of the changes of shifts and of turns on a ball of 50 mm since the frame before "
            + "(\(Reference.power2012.mention))", "mm")
      ),
      ("rmsd", column("rms displacement over the head from the reference pose", "mm")),
      ("rmsd-se", column("its standard error, with what changing contrast leaves", "mm")),
      ("held", column("1 where the frame tells no pose and has that of the nearest which does", "unitless")),
    ]
    return .object(
      about + shifts + turns + rest + details.map { ($0.name, $0.value) } + [("GeneratedBy", Product.generatedBy)])
  }

  private static let words =
    "Pose of the head in each frame from the reference pose, the mean over time of the frames after 5 min, in the axes of the "
    + "scan's world (right, front, top): a point p goes to Rz Ry Rx (p - c) + c + t, with c the RotationCentre in mm. "
}
