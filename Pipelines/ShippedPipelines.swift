/// The pipeline files of this folder, carried inside the program so that a moved binary knows them by name.
package enum ShippedPipelines {
  package static let texts: [(name: String, text: String)] = [
    ("raclopride-dasb", text(PackageResources.raclopride_dasb_yaml)),
    ("raclopride-dasb-maps", text(PackageResources.raclopride_dasb_maps_yaml)),
    ("raclopride-dasb-gtm", text(PackageResources.raclopride_dasb_gtm_yaml)),
    ("fepe2i-dasb", text(PackageResources.fepe2i_dasb_yaml)),
    ("suvr", text(PackageResources.suvr_yaml)),
    ("plasma-two-tissue", text(PackageResources.plasma_two_tissue_yaml)),
    ("hjorth-2021-dat-sert", text(PackageResources.hjorth_2021_dat_sert_yaml)),
    ("alakurtti-beliveau-d2-sert", text(PackageResources.alakurtti_beliveau_d2_sert_yaml)),
    ("beliveau-2017-sert", text(PackageResources.beliveau_2017_sert_yaml)),
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
