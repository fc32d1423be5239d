import Dispatch
import Foundation
import PETCore
import PETTestSupport
import Synchronization
import Testing

struct QuantileTests {
  /// Values from R's qt and qnorm, printed to 12 digits: qt(.975, 1), qt(.975, 5), qt(.995, 27), qnorm(.975).
  @Test func agreeWithR() {
    #expect(abs(Quantile.studentT(0.975, degreesOfFreedom: 1) - 12.7062047361747) < 1e-9)
    #expect(abs(Quantile.studentT(0.975, degreesOfFreedom: 5) - 2.57058183563631) < 1e-11)
    #expect(abs(Quantile.studentT(0.995, degreesOfFreedom: 27) - 2.77068295712221) < 1e-11)
    #expect(abs(Quantile.normal(0.975) - 1.95996398454005) < 1e-13)
    #expect(Quantile.studentT(0.975, degreesOfFreedom: .infinity) == Quantile.normal(0.975))
  }

  /// Against scipy 1.17; nothing without degrees of freedom.
  @Test func chiSquared() {
    for (p, freedom, expected) in [
      (0.975, 10.0, 20.483177350807388), (0.025, 3, 0.21579528262389785), (0.5, 1, 0.454936423119572),
      (0.025, 998, 912.3448647619425),
    ] { #expect(abs(Quantile.chiSquared(p, freedom) / expected - 1) < 1e-7) }
    #expect(Quantile.chiSquared(0.5, 0).isNaN && Quantile.chiSquared(0.5, .infinity).isNaN)
  }

  /// A share of a degree of freedom gives no limit, and no complaint of the library on the screen.
  @Test func hardlyAnyFreedom() {
    for freedom in [1e-3, 1e-30, 1e-200, 1e-300] {
      #expect(Quantile.studentT(0.975, degreesOfFreedom: freedom) == .infinity)
      #expect(Quantile.studentT(0.025, degreesOfFreedom: freedom) == -.infinity)
    }
    let least = Quantile.studentT(0.975, degreesOfFreedom: 0.01)
    #expect(least > 1e100, "\(least)")
  }

  /// The library behind it is not safe for threads; ours must be.
  @Test func sameFromManyThreads() {
    let expected = (1...40).map { Quantile.studentT(0.975, degreesOfFreedom: Double($0)) }
    let wrong = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 4000) { i in
      if Quantile.studentT(0.975, degreesOfFreedom: Double(i % 40 + 1)) != expected[i % 40] {
        wrong.withLock { $0 += 1 }
      }
    }
    #expect(wrong.withLock { $0 } == 0)
  }
}

struct UnitTests {
  @Test(arguments: [
    ("Bq/mL", 1e-3), ("Bq/ml", 1e-3), ("kBq/mL", 1), ("kBq/cc", 1), ("MBq/mL", 1e3), ("nCi/mL", 0.037), ("uCi/cm3", 37),
    ("µCi/mL", 37),
  ])
  func activity(name: String, factor: Double) { #expect(ActivityUnit.factorToInternal(name) == factor) }

  @Test(arguments: ["counts", "Bq", "", "g/mL", "Bq/L"])
  func unknownActivity(name: String) { #expect(ActivityUnit.factorToInternal(name) == nil) }

  @Test(arguments: ["C11", "11C", "C-11", "[11C]", "carbon11", "^11^C"])
  func carbon(name: String) { #expect(Isotope(spelling: name) == .carbon11) }

  @Test(arguments: ["C12", "F", "", "18", "Tc99m"])
  func noIsotope(name: String) { #expect(Isotope(spelling: name) == nil) }

  /// One half-life later, over a vanishing frame, the factor is 2; over a long one it is the exact mean.
  @Test func decayCorrection() {
    for isotope in Isotope.allCases {
      #expect(abs(isotope.decayCorrection(start: isotope.halfLife, duration: 1e-3) - 2) < 1e-5)
      let lambda = log(2) / isotope.halfLife
      let mean = (1 - exp(-lambda * 600)) / (lambda * 600)
      #expect(abs(isotope.decayCorrection(start: 0, duration: 600) * mean - 1) < 1e-12)
    }
  }
}

struct NumberTextTests {
  @Test(arguments: [(1e-305, "1e-305"), (-1e-307, "-1e-307"), (0.123456789, "0.123457")])
  func shortAtAnySize(value: Double, text: String) { #expect(NumberText.short(value) == text) }

  @Test(arguments: [(0.1, "0.1"), (5, "5"), (-0.0, "-0"), (1e-20, "1e-20"), (.infinity, "inf"), (-.infinity, "-inf")])
  func exact(value: Double, text: String) { #expect(NumberText.exact(value) == text) }

  @Test func exactReadsBack() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<1000 {
      let value = random.normal() * 1e5
      #expect(Double(NumberText.exact(value)) == value)
    }
    #expect(NumberText.exact(.nan) == "n/a")
  }

  @Test(arguments: [(1.23456, 2, "1.23"), (-0.004, 2, "0.00"), (-1.5, 0, "-2"), (0.05, 3, "0.050"), (12, 1, "12.0")])
  func fixed(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }
}

struct RegionNameTests {
  /// Columns of a curve table: a region `weight` would be read as the frames' weights.
  @Test(arguments: ["weight", "Weight", "frame_start", "Frame End", "FrameTimesStart", "=1+1"])
  func noName(name: String) {
    let error = #expect(throws: PETError.self) { try RegionName.check(name, file: "dseg.tsv", field: "index 3") }
    #expect(error?.file == "dseg.tsv" && error?.field == "index 3" && error?.problem.contains(name) == true)
  }

  @Test(arguments: ["Putamen", "weights-of-none", "frame", "Left-Start"])
  func aName(name: String) throws { try RegionName.check(name, file: "dseg.tsv", field: "index 3") }

  @Test(arguments: [
    ("Left-Caudate", "Caudate"), ("Caudate-Left", "Caudate"), ("lh_insula", "insula"), ("ctx-lh-insula", "ctx-insula"),
    ("CAU_L", "CAU"), ("Left Accumbens Area", "Accumbens Area"),
  ])
  func left(name: String, base: String) {
    let side = RegionName.side(of: name)
    #expect(side?.side == .left && side?.base == base)
  }

  @Test(arguments: ["Brain-Stem", "Midbrain", "Area L 3", "Left", "Lingual"])
  func none(name: String) { #expect(RegionName.side(of: name) == nil) }

  @Test func keysIgnoreCaseAndSeparators() {
    #expect(RegionName.key("Left-Cerebellum_Cortex") == RegionName.key("left cerebellum cortex"))
  }
}

struct NearestNameTests {
  @Test func offersTheNearMiss() {
    #expect(NearestName.of("srtm1", among: ["SRTM", "MRTM1", "SUVR"]) == "SRTM")
    #expect(NearestName.of("xyzzy", among: ["SRTM", "MRTM1"]) == nil)
    // Two letters exchanged are one slip.
    #expect(NearestName.of("rnu", among: ["fit", "run", "maps"]) == "run")
    #expect(NearestName.of("raclopirde", among: ["raclopride", "flumazenil"]) == "raclopride")
    #expect(NearestName.advice(for: "xyzzy", among: ["A", "B"]).contains("A, B"))
  }
}

struct DigestTests {
  /// FIPS 180-4 example.
  @Test func abc() {
    #expect(sha256(Data("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}

struct ActivityUnitTests {
  /// As sidecars write it, DICOM's and the SI's ways among them.
  @Test(arguments: [
    ("Bq/mL", 1e-3), ("kBq/cc", 1), ("BQML", 1e-3), ("kBq·mL-1", 1), ("kBq ml-1", 1), ("kBq mL^-1", 1), ("kBq/cm³", 1),
    ("nCi/mL", 37e-3),
  ])
  func spellings(name: String, factor: Double) {
    #expect(ActivityUnit.factorToInternal(name) == factor)
  }

  @Test(arguments: ["counts", "kBq", "mL", "SUV", "Bq/g", ""])
  func noActivityConcentration(name: String) { #expect(ActivityUnit.factorToInternal(name) == nil) }
}

struct IsotopeSpellingTests {
  /// DICOM's codes are those of PS3.16, CID 4020.
  @Test(arguments: [
    ("C11", Isotope.carbon11), ("11C", .carbon11), ("[11C]", .carbon11), ("^11^Carbon", .carbon11), ("¹¹C", .carbon11),
    ("C^11^", .carbon11), ("Carbon-11", .carbon11), ("C-105A1", .carbon11), ("C-111A1", .fluorine18),
    ("^18^Fluorine", .fluorine18), ("C-131A3", .gallium68), ("C-B1038", .oxygen15), ("C-107A1", .nitrogen13),
  ])
  func spellings(text: String, isotope: Isotope) { #expect(Isotope(spelling: text) == isotope) }
}
