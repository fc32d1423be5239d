/// Mean ± 2 SD of BPND in the tables of five serotonin tracers.
extension TracerCard.UsualRange {
  private static let atlas =
    "bp_table.csv of openneuropet/multiverse_tools (MIT licence), mean ± 2 SD, by FreeSurfer regions; that it is the atlas of "
    + "Beliveau 2017 (doi:10.1523/JNEUROSCI.2830-16.2016) is inferred from its tracers, and how many people it is of is not said"

  /// - Parameter values: mean and SD by region.
  static func atlas(_ values: [(region: String, mean: Double, sd: Double)]) -> [TracerCard.UsualRange] {
    values.map { own in
      // Two decimals, as the table has them.
      let low = ((own.mean - 2 * own.sd) * 100).rounded() / 100
      return TracerCard.UsualRange(
        own.region, "BPND", max(0, low)...((own.mean + 2 * own.sd) * 100).rounded() / 100, source: atlas)
    }
  }
}
