package import PETCore

/// Every model the product offers, in the order they are documented.
///
/// To add a model: write `Models/YourModel.swift`, then add its name here.
package enum ModelCatalogue {
  package static let all: [any KineticModel.Type] = [
    SUV.self, SUVR.self, SRTM.self, SRTM2.self, SRTMV.self, FRTM.self, MRTM0.self, MRTM1.self, MRTM2.self,
    LoganRef.self,
    PatlakRef.self, Equilibrium.self, LpntPET.self, OneTissue.self, TwoTissue.self, TwoTissueIrreversible.self,
    TwoTissueWall.self, LS2TCM.self, Logan.self, MA1.self, MA2.self, Patlak.self, FUR.self, SIMEVND.self,
  ]

  /// The unit of a parameter, which it has in every model; nil for one that no model has.
  package static func unit(of parameter: String) -> Unit? {
    all.lazy.compactMap { model in
      let card = model.card
      return card.index(of: parameter).map { card.parameters[$0].unit }
    }.first
  }

  package static var names: [String] { all.map { model in model.card.id } }

  /// The model that predicts the measured curve by the compartments of another; nil for plots and ratios, which have none.
  package static func kinetics(of model: any KineticModel.Type) -> (any KineticModel.Type)? {
    if let own = model.card.kinetics { return try? named(own) }
    return model.predictsCurve ? model : nil
  }

  /// Models that hold all of another, and something more.
  package static func extending(_ id: String) -> [any KineticModel.Type] { all.filter { $0.card.extends == id } }

  /// The model of that token, whatever its case.
  package static func named(_ id: String) throws(PETError) -> any KineticModel.Type {
    for model in all where model.card.id.lowercased() == id.lowercased() { return model }
    throw PETError(
      .wrongInput, field: "model", "there is no model '\(id)'",
      remedy: NearestName.advice(for: id, among: names))
  }
}
