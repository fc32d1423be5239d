/// Regional time-activity curves on one schedule, kBq/mL, decay corrected to injection.
package struct CurveTable: Sendable {
  package private(set) var frames: FrameSchedule
  /// Region names in the order of the columns.
  package var names: [String]
  /// One curve a region, one value a frame; NaN where a frame has no usable value.
  package var curves: [[Double]]
  /// Volume of each region in mm3, when known.
  package var volumes: [Double?]
  /// Regions made by merging others, so that sums over regions can leave them out.
  package var merged: Set<String> = []
  package var isotope: Isotope?
  package var findings: [Finding] = []
  /// What words stand for that are no region's name.
  package var vocabulary = AnatomicalVocabulary.builtIn
  /// How the curves were corrected for what neighbours spill into each region; nil of those that are as they were measured.
  package var correction: CurveCorrection?
  /// The `weight` column of a table that has one.
  package var weightColumn: [Double]?

  package init(frames: FrameSchedule, names: [String], curves: [[Double]], volumes: [Double?]? = nil) {
    self.frames = frames
    self.names = names
    self.curves = curves
    self.volumes = volumes ?? Array(repeating: nil, count: names.count)
  }

  /// Volumes of the labels at their own resolution, which corrected curves are merged by; nil of others.
  package var correctedVolumes: [Double?]? { correction.map { own in names.map { own.volumes[$0] } } }

  /// The first frames of the table, as if the scan had ended there.
  package func prefix(_ count: Int) throws(PETError) -> CurveTable { try keeping(Array(0..<count)) }

  /// Some of the frames, in order: the others are a gap.
  package func keeping(_ kept: [Int]) throws(PETError) -> CurveTable {
    func some(_ values: [Double]) -> [Double] { kept.map { values[$0] } }
    var result = self
    result.frames = try FrameSchedule(starts: some(frames.starts), durations: some(frames.durations))
    result.curves = curves.map(some)
    result.weightColumn = weightColumn.map(some)
    return result
  }

  package func index(of name: String) -> Int? {
    let key = RegionName.key(name)
    return names.firstIndex { RegionName.key($0) == key }
  }

  /// The curve of one region or of several joined by `+` (volume weighted where volumes are known).
  ///
  /// - Returns: the curve and the indices of its members.
  package func curve(of expression: String) throws(PETError) -> (curve: [Double], members: [Int]) {
    if !vocabulary.isOwn(expression), let index = index(of: expression) { return (curves[index], [index]) }
    var members: [Int] = []
    for part in expression.split(separator: "+").map(\.trimmed) where !part.isEmpty {
      members += try find(part)
    }
    guard !members.isEmpty else {
      throw PETError(.wrongInput, field: "reference", "no region is named", remedy: "name a region of the table")
    }
    return (mean(of: members), members)
  }

  /// A region by name or its halves, or what stands for an anatomical word.
  private func find(_ name: String) throws(PETError) -> [Int] {
    if let places = vocabulary.places(of: name, among: names) { return places }
    let lack = vocabulary.missing(of: name, among: names).map { ", and none for '\($0)', which stands for it" } ?? ""
    throw PETError(
      .wrongInput, field: "reference", "there is no region '\(name)' in the table" + lack, remedy: nearest(name))
  }

  /// Regions that hold most of the beginning of a name come before those that are spelled alike.
  private func nearest(_ name: String) -> String {
    let key = RegionName.key(name)
    for length in stride(from: key.count, through: 4, by: -1) {
      let alike = names.filter { RegionName.holds(RegionName.key($0), String(key.prefix(length))) }
      guard alike.count > 1 else { continue }
      return "the nearest are " + alike.prefix(8).joined(separator: ", ")
        + "; name one, several joined by +, or a table of words (vocabulary)"
    }
    return NearestName.advice(for: name, among: names)
  }

  /// Volume-weighted mean curve; plain mean when a volume is unknown.
  ///
  /// The sum goes by name, so that the order of the columns is no matter of it.
  package func mean(of members: [Int]) -> [Double] {
    let members = members.sorted { names[$0] < names[$1] }
    let known = members.compactMap { volumes[$0] }
    let weights = known.count == members.count ? known : members.map { _ in 1 }
    let total = weights.reduce(0, +)
    return frames.starts.indices.map { frame in
      var sum = 0.0
      for (member, weight) in zip(members, weights) { sum += weight * curves[member][frame] }
      return sum / total
    }
  }

  /// Frames after the first activity in which every region is 0 or without a value, and those where none has a value.
  package var lostFrames: [Int] {
    func isSilent(_ frame: Int) -> Bool { curves.allSatisfy { $0[frame] == 0 || $0[frame].isNaN } }
    guard let first = frames.starts.indices.first(where: { !isSilent($0) }) else { return [] }
    return frames.starts.indices.filter { frame in
      frame > first ? isSilent(frame) : curves.allSatisfy { $0[frame].isNaN }
    }
  }

  /// The curve of the whole segmentation: every region that is not a merge of others, volume weighted.
  package var wholeSegmentation: [Double] {
    let plain = names.indices.filter { i in !merged.contains(names[i]) && curves[i].allSatisfy(\.isFinite) }
    return mean(of: plain.isEmpty ? Array(names.indices) : plain)
  }
}

extension Finding {
  /// Frames without any activity, from 0.
  package static func emptyFrames(_ frames: [Int], file: String? = nil) -> Finding {
    Finding(
      .warning, .emptyFrame, file: file, field: FrameSchedule.words(frames), value: "\(frames.count)",
      "\(frames.count == 1 ? "the frame has" : "the frames have") no activity where others before have",
      remedy: "left out of every fit and bridged; if the data exist, correct the image")
  }
}

extension Finding.Code {
  package static let emptyFrame = Finding.Code("empty-frame")
}
