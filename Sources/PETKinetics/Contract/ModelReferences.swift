import PETCore

/// The works that models are cited by.
extension Reference {
  static let blomqvist1984 = Reference(
    "Blomqvist G", "On the construction of functional maps in positron emission tomography", "J Cereb Blood Flow Metab",
    1984, "4", "629-632", doi: "10.1038/jcbfm.1984.89")
  static let carson1993 = Reference(
    "Carson RE, et al.",
    "Comparison of bolus and infusion methods for receptor quantitation: application to [18F]cyclofoxy "
      + "and positron emission tomography", "J Cereb Blood Flow Metab", 1993, "13", "24-42", doi: "10.1038/jcbfm.1993.6"
  )
  static let carson1997 = Reference(
    "Carson RE, et al.",
    "Quantification of amphetamine-induced changes in [11C]raclopride binding with continuous infusion",
    "J Cereb Blood Flow Metab", 1997, "17", "437-447", doi: "10.1097/00004647-199704000-00009")
  static let ichise2002 = Reference(
    "Ichise M, et al.", "Strategies to improve neuroreceptor parameter estimation by linear regression analysis",
    "J Cereb Blood Flow Metab", 2002, "22", "1271-1281", doi: "10.1097/01.WCB.0000038000.34930.4E")
  static let ichise2003 = Reference(
    "Ichise M, et al.",
    "Linearized reference tissue parametric imaging methods: application to [11C]DASB positron emission "
      + "tomography studies of the serotonin transporter in human brain", "J Cereb Blood Flow Metab", 2003, "23",
    "1096-1112", doi: "10.1097/01.WCB.0000085441.37552.CA")
  static let innis2007 = Reference(
    "Innis RB, et al.", "Consensus nomenclature for in vivo imaging of reversibly binding radioligands",
    "J Cereb Blood Flow Metab", 2007, "27", "1533-1539", doi: "10.1038/sj.jcbfm.9600493")
  static let kinahan2010 = Reference(
    "Kinahan PE, Fletcher JW",
    "Positron emission tomography-computed tomography standardized uptake values in clinical practice and "
      + "assessing response to therapy", "Semin Ultrasound CT MR", 2010, "31", "496-505",
    doi: "10.1053/j.sult.2010.10.001")
  static let lammertsma1996 = Reference(
    "Lammertsma AA, Hume SP", "Simplified reference tissue model for PET receptor studies", "NeuroImage", 1996, "4",
    "153-158", doi: "10.1006/nimg.1996.0066")
  static let lammertsma1996full = Reference(
    "Lammertsma AA, et al.", "Comparison of methods for analysis of clinical [11C]raclopride studies",
    "J Cereb Blood Flow Metab", 1996, "16", "42-52", doi: "10.1097/00004647-199601000-00005")
  static let logan1990 = Reference(
    "Logan J, et al.",
    "Graphical analysis of reversible radioligand binding from time-activity measurements applied to "
      + "[N-11C-methyl]-(-)-cocaine PET studies in human subjects", "J Cereb Blood Flow Metab", 1990, "10", "740-747",
    doi: "10.1038/jcbfm.1990.127")
  static let logan1996 = Reference(
    "Logan J, et al.", "Distribution volume ratios without blood sampling from graphical analysis of PET data",
    "J Cereb Blood Flow Metab", 1996, "16", "834-840", doi: "10.1097/00004647-199609000-00008")
  static let normandin2012 = Reference(
    "Normandin MD, et al.", "A linear model for estimation of neurotransmitter response profiles from dynamic PET data",
    "NeuroImage", 2012, "59", "2689-2699", doi: "10.1016/j.neuroimage.2011.07.002")
  static let ogden2015 = Reference(
    "Ogden RT, et al.",
    "Estimation of in vivo nonspecific binding in positron emission tomography studies without requiring "
      + "a reference region", "NeuroImage", 2015, "108", "234-242", doi: "10.1016/j.neuroimage.2014.12.038")
  static let patlak1985 = Reference(
    "Patlak CS, Blasberg RG",
    "Graphical evaluation of blood-to-brain transfer constants from multiple-time uptake data. " + "Generalizations",
    "J Cereb Blood Flow Metab", 1985, "5", "584-590", doi: "10.1038/jcbfm.1985.87")
  static let patlak1983 = Reference(
    "Patlak CS, et al.", "Graphical evaluation of blood-to-brain transfer constants from multiple-time uptake data",
    "J Cereb Blood Flow Metab", 1983, "3", "1-7", doi: "10.1038/jcbfm.1983.1")
  static let rizzo2014 = Reference(
    "Rizzo G, et al.",
    "Kinetic modeling without accounting for the vascular component impairs the quantification of "
      + "[11C]PBR28 brain PET data", "J Cereb Blood Flow Metab", 2014, "34", "1060-1069", doi: "10.1038/jcbfm.2014.55")
  static let sokoloff1977 = Reference(
    "Sokoloff L, et al.",
    "The [14C]deoxyglucose method for the measurement of local cerebral glucose utilization: theory, "
      + "procedure, and normal values in the conscious and anesthetized albino rat", "J Neurochem", 1977, "28",
    "897-916", doi: "10.1111/j.1471-4159.1977.tb10649.x")
  static let thie1995 = Reference(
    "Thie JA", "Clarification of a fractional uptake concept", "J Nucl Med", 1995, "36", "711-712")
  static let tomasi2008 = Reference(
    "Tomasi G, et al.",
    "Novel reference region model reveals increased microglial and reduced vascular binding of "
      + "11C-(R)-PK11195 in patients with Alzheimer's disease", "J Nucl Med", 2008, "49", "1249-1256",
    doi: "10.2967/jnumed.108.050583")
  static let wu2002 = Reference(
    "Wu Y, Carson RE", "Noise reduction in the simplified reference tissue model for neuroreceptor functional imaging",
    "J Cereb Blood Flow Metab", 2002, "22", "1440-1452", doi: "10.1097/01.WCB.0000033967.83623.34")
}
