package import PETCore

extension TracerCard {
  /// When a scan of the tracer is usually made.
  package struct UsualScan: Sendable, Equatable {
    package enum Injection: String, Sendable, CaseIterable {
      case bolus
      case infusion
      case bolusInfusion = "bolus-infusion"
    }

    /// Minutes after injection; a late start is that of a static scan.
    package let minutes: ClosedRange<Double>
    /// Nil when the source does not tell.
    package let injection: Injection?
    package let source: String

    package init(_ minutes: ClosedRange<Double>, _ injection: Injection? = nil, source: String) {
      self.minutes = minutes
      self.injection = injection
      self.source = source
    }

    /// A scan that ends before this many minutes has seen too little: two thirds of a dynamic scan, the start of a
    /// static one.
    package var least: Double { minutes.lowerBound > 0 ? minutes.lowerBound : minutes.upperBound * 2 / 3 }
  }

  /// How well a measure repeats in the same persons.
  package struct Retest: Sendable, Equatable {
    package let regions: [String]
    package let measure: String
    /// Absolute variability between two scans, percent: the mean of |x1 - x2| over their mean.
    package let variability: Double
    package let source: String

    package init(_ regions: [String], _ variability: Double, measure: String = "BPND", source: String) {
      self.regions = regions
      self.measure = measure
      self.variability = variability
      self.source = source
    }

    /// Coefficient of variation within a person, percent: for normal errors VAR √π / 2.
    package var withinSubject: Double { variability * Double.pi.squareRoot() / 2 }
  }

  /// Regions in which the tracer does not mean what its card says.
  package struct Misuse: Sendable, Equatable {
    /// Words of region names; empty for every region.
    package let regions: [String]
    /// Words of regions to which it does not apply after all.
    package let except: [String]
    /// Why, without a full stop.
    package let sentence: String
    package let source: String
    /// Keys of the words.
    private let keys: (regions: [String], except: [String])

    package init(_ regions: [String], except: [String] = [], _ sentence: String, source: String) {
      self.regions = regions
      self.except = except
      self.sentence = sentence
      self.source = source
      func keys(_ words: [String]) -> [String] { words.map(RegionName.key).filter { !$0.isEmpty } }
      self.keys = (keys(regions), keys(except))
    }

    package static func == (a: Misuse, b: Misuse) -> Bool {
      a.regions == b.regions && a.except == b.except && a.sentence == b.sentence && a.source == b.source
    }

    /// Whether it applies to a region: its name holds a word, whatever case and separators, and none of the exceptions.
    package func applies(to region: String) -> Bool {
      let key = RegionName.key(region)
      func holds(_ words: [String]) -> Bool { words.contains { RegionName.holds(key, $0) } }
      return (regions.isEmpty || holds(keys.regions)) && !holds(keys.except)
    }

    /// Where it applies, for readers: the lists below by a name.
    package var places: String {
      func named(_ words: [String]) -> [String] {
        var words = words
        var names: [String] = []
        for (list, name) in [(Self.cortex, "cerebral cortex"), (Self.striatum, "striatum")]
        where list.allSatisfy(words.contains) {
          words.removeAll(where: list.contains)
          names.append(name)
        }
        return names + words
      }
      let plain = Self.notCortex + Self.notStriatum + Self.notTarget
      let but = named(except.filter { !plain.contains($0) })
      let places = regions.isEmpty ? "all regions" : named(regions).joined(separator: ", ")
      return places + (but.isEmpty ? "" : " but " + but.joined(separator: ", "))
    }

    /// Words of the cerebral cortex as whole, lobes and parcels.
    package static let cortex = [
      "cortex", "ctx", "cortical", "frontal", "temporal", "parietal", "occipital", "cingul", "insula", "cuneus",
      "lingual", "fusiform", "postcentral", "precentral", "paracentral", "calcarine", "supramarginal", "angular",
      "parahippocamp", "entorhinal", "parsorbitalis", "parsopercularis", "bankssts", "operculum", "gyrus", "lobe",
    ]
    package static let notCortex = ["cerebell", "white matter", "wm-", "subcort"]
    package static let striatum = ["caudate", "putamen", "accumbens", "striat"]
    package static let notStriatum = ["cortex", "ctx", "extrastriat"]
    /// What no rule on every region is about.
    package static let notTarget = [
      "cerebell", "white matter", "wm-", "ventricle", "lat-vent", "csf", "vessel", "chiasm", "choroid",
    ]
  }

  /// Drugs with which a scan of the tracer means something else.
  package struct Interaction: Sendable, Equatable {
    /// Lower-case words by which a drug is known in a table.
    package let drugs: [String]
    package let sentence: String
    package let source: String

    package init(_ drugs: [String], _ sentence: String, source: String) {
      self.drugs = drugs
      self.sentence = sentence
      self.source = source
    }

    /// The drug that a cell of a table names as taken; nil when it names none.
    package func drug(in cell: String) -> String? {
      let cell = cell.lowercased()
      return drugs.first { drug in
        cell.ranges(of: drug.lowercased()).contains { place in
          let before = cell[..<place.lowerBound].suffix(12).trimmed
          let after = cell[place.upperBound...]
          let isDenied = ["no", "not", "without", "off", "never"].contains { word in
            before == word || before.hasSuffix(" " + word) || before.hasSuffix("," + word)
              || before.hasSuffix(";" + word)
          }
          return !isDenied && !["-free", " free", "-naive", " naive"].contains { after.hasPrefix($0) }
        }
      }
    }
  }
}

extension TracerCard {
  /// The name without isotope and brackets, such as `FLB 457`.
  package var shortName: String {
    let label = name.lastIndex(of: "]").map { name[name.index(after: $0)...] } ?? name[...]
    let plain = label.drop { !$0.isLetter && !$0.isNumber }
    let word = plain.firstRange(of: " (").map { plain[..<$0.lowerBound] } ?? plain
    return word.isEmpty ? id : String(word)
  }

  /// What must be said of the tracer in a region, each beginning with its short name; empty where it is at home.
  package func remarks(region: String) -> [String] {
    misuse.filter { $0.applies(to: region) }.map { "\(shortName): \($0.sentence)" }
  }

  /// A warning for each rule that applies to some of the regions, which it names.
  package func misuseFindings(regions: [String], file: String? = nil) -> [Finding] {
    misuse.compactMap { rule in
      let found = regions.filter(rule.applies)
      guard !found.isEmpty else { return nil }
      return Finding(
        .warning, .tracerMisuse, file: file, field: found.count == 1 ? "1 region" : "\(found.count) regions",
        value: found.joined(separator: ", "), "\(shortName): \(rule.sentence)",
        remedy: "the rows say so; see \(rule.source)")
    }
  }

  /// A note of regions far outside published ranges: by more than half of their width; nil where there are none.
  ///
  /// - Parameter values: of a measure, by region; those that are not finite do not count.
  package func unusualFinding(
    _ measure: String, _ values: [(region: String, value: Double)], file: String? = nil
  ) -> Finding? {
    let far = values.compactMap { own -> (words: String, source: String)? in
      let key = RegionName.key(own.region)
      guard own.value.isFinite,
        let usual = usualRanges.first(where: {
          $0.measure == measure && RegionName.holds(key, RegionName.key($0.region))
        })
      else { return nil }
      let (low, high) = (usual.range.lowerBound, usual.range.upperBound)
      let reach = (high - low) / 2
      guard own.value < low - reach || own.value > high + reach else { return nil }
      let value = NumberText.short(Rounding.significant(own.value, digits: 3))
      return ("\(own.region) \(value) (\(NumberText.short(low)) to \(NumberText.short(high)))", usual.source)
    }
    guard let first = far.first else { return nil }
    return Finding(
      .note, .valueUnusual, file: file, field: measure, value: far.map(\.words).joined(separator: ", "),
      "\(shortName): far outside the usual values in brackets", remedy: "see \(first.source)")
  }

  /// A warning when a scan ends long before usual scans of the tracer do; nil when it does not or none is known.
  ///
  /// - Parameter end: of the scan or of what is fitted, s after injection.
  package func lengthFinding(end: Double, file: String? = nil) -> Finding? {
    guard let usual = usualScan, end / 60 < usual.least else { return nil }
    let minutes = [usual.minutes.lowerBound, usual.minutes.upperBound].map(NumberText.short)
    return Finding(
      .warning, .scanShort, file: file, field: "FrameTimesStart",
      value: NumberText.short(Rounding.significant(end / 60, digits: 4)),
      "the scan ends at \(NumberText.short(Rounding.significant(end / 60, digits: 3))) min; usual for \(shortName) are "
        + "\(minutes[0]) to \(minutes[1]) min", remedy: "see \(usual.source)")
  }
}

extension TracerCard.Interaction {
  package static let antipsychotics = Self(
    ["antipsychotic", "neuroleptic", "haloperidol", "olanzapine", "risperidone", "ziprasidone", "asenapine"],
    "antipsychotic drugs hold 38-92% of D2 receptors at usual doses",
    source: "PMC3032087, Table II (PET occupancy by haloperidol, olanzapine and risperidone in patients)")

  package static let dopamineReleasers = Self(
    ["amphetamine", "amfetamine", "methylphenidate"],
    "released dopamine displaces the tracer: binding is lower than at rest",
    source: "Volkow 1994 Synapse 16:255, PMID 8059335 (methylphenidate); "
      + "Carson 1997 J Cereb Blood Flow Metab 17:437, doi:10.1097/00004647-199704000-00009 (amphetamine)")

  package static let transporterBlockers = Self(
    ["methylphenidate", "bupropion", "amphetamine", "amfetamine", "cocaine"],
    "drugs at the dopamine transporter lower the binding, and methylphenidate can take all of it",
    source: "Honkanen 2019 Clin Neuropharmacol, doi:10.1097/WNF.0000000000000359; "
      + "Cheng and Morley 2014 Clin Nucl Med (2):211 (both with [123I]FP-CIT)")

  package static let reuptakeInhibitors = Self(
    ["ssri", "serotonin reuptake", "citalopram", "fluoxetine", "sertraline", "paroxetine", "venlafaxine"],
    "antidepressants of this kind hold 76-85% of the transporter at the least usual dose",
    source: "Meyer 2004 Am J Psychiatry 161:826, doi:10.1176/appi.ajp.161.5.826")
}

extension Finding.Code {
  package static let scanShort = Finding.Code("scan-short")
  package static let tracerMisuse = Finding.Code("tracer-misuse")
  package static let valueUnusual = Finding.Code("value-unusual")
}
