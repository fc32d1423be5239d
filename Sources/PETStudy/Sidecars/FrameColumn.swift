import PETCore

/// What a column of frame times holds, and the unit that its name states.
struct FrameColumn {
  enum Kind { case start, end, duration, middle }

  private static let names: [String: Kind] = [
    "start": .start, "framestart": .start, "starttime": .start, "frametimesstart": .start, "begin": .start,
    "onset": .start, "end": .end, "frameend": .end, "endtime": .end, "stop": .end, "frametimesend": .end,
    "duration": .duration, "frameduration": .duration, "length": .duration, "framelength": .duration,
    "mid": .middle, "middle": .middle, "time": .middle, "times": .middle, "midpoint": .middle, "midtime": .middle,
    "framemid": .middle,
  ]

  let kind: Kind?
  let unit: String?

  /// `start[s]`, `end (min)`, `duration_s`, `frame start`.
  init(_ text: String) {
    let stated = BracketedUnit(text.lowercased())
    var (name, unit) = (stated.name, stated.unit)
    if unit == nil, let mark = name.lastIndex(where: { "_- ".contains($0) }),
      TimeUnit.factorToSeconds(String(name[name.index(after: mark)...])) != nil
    {
      unit = String(name[name.index(after: mark)...])
      name = String(name[..<mark])
    }
    kind = Self.names[name.filter(\.isLetter)]
    self.unit = unit
  }
}
