/// The works that methods besides the models are cited by.
extension Reference {
  package static let power2012 = Reference(
    "Power JD, et al.",
    "Spurious but systematic correlations in functional connectivity MRI networks arise from subject motion",
    "NeuroImage", 2012, "59", "2142-2154", doi: "10.1016/j.neuroimage.2011.10.018")
  package static let rousset1998 = Reference(
    "Rousset OG, Ma Y, Evans AC", "Correction for partial volume effects in PET: principle and validation",
    "J Nucl Med",
    1998, "39", "904-911", pmid: "9591599")
  package static let welch1951 = Reference(
    "Welch BL", "On the comparison of several mean values: an alternative approach", "Biometrika", 1951, "38",
    "330-336",
    doi: "10.1093/biomet/38.3-4.330")
  package static let fieller1954 = Reference(
    "Fieller EC", "Some problems in interval estimation", "J R Stat Soc B", 1954, "16", "175-185",
    doi: "10.1111/j.2517-6161.1954.tb00159.x")
  package static let freedman1983 = Reference(
    "Freedman D, Lane D", "A nonstochastic interpretation of reported significance levels", "J Bus Econ Stat", 1983,
    "1",
    "292-298", doi: "10.1080/07350015.1983.10509354")
  package static let benjamini1995 = Reference(
    "Benjamini Y, Hochberg Y",
    "Controlling the false discovery rate: a practical and powerful approach to multiple testing",
    "J R Stat Soc B", 1995, "57", "289-300", doi: "10.1111/j.2517-6161.1995.tb02031.x")
  package static let hedges1981 = Reference(
    "Hedges LV", "Distribution theory for Glass's estimator of effect size and related estimators", "J Educ Stat", 1981,
    "6", "107-128", doi: "10.3102/10769986006002107")
  package static let crawford1998 = Reference(
    "Crawford JR, Howell DC", "Comparing an individual's test score against norms derived from small samples",
    "Clin Neuropsychol", 1998, "12", "482-486", doi: "10.1076/clin.12.4.482.7241")
  package static let bland1986 = Reference(
    "Bland JM, Altman DG", "Statistical methods for assessing agreement between two methods of clinical measurement",
    "Lancet", 1986, "327", "307-310", doi: "10.1016/S0140-6736(86)90837-8")
  package static let gluer1995 = Reference(
    "Glüer CC, et al.",
    "Accurate assessment of precision errors: how to measure the reproducibility of bone densitometry techniques",
    "Osteoporos Int", 1995, "5", "262-270", doi: "10.1007/BF01774016")
  package static let mcgraw1996 = Reference(
    "McGraw KO, Wong SP", "Forming inferences about some intraclass correlation coefficients", "Psychol Methods", 1996,
    "1", "30-46", doi: "10.1037/1082-989X.1.1.30")
  package static let lin1989 = Reference(
    "Lin LI", "A concordance correlation coefficient to evaluate reproducibility", "Biometrics", 1989, "45", "255-268",
    doi: "10.2307/2532051")
  package static let york2004 = Reference(
    "York D, et al.", "Unified equations for the slope, intercept, and standard errors of the best straight line",
    "Am J Phys", 2004, "72", "367-375", doi: "10.1119/1.1632486")

  package static let smyth2004 = Reference(
    "Smyth GK",
    "Linear models and empirical Bayes methods for assessing differential expression in microarray experiments",
    "Stat Appl Genet Mol Biol", 2004, "3", "3", doi: "10.2202/1544-6115.1027")

  package static let spearman1904 = Reference(
    "Spearman C", "The proof and measurement of association between two things", "Am J Psychol", 1904, "15", "72-101",
    doi: "10.2307/1412159")

  /// All of them.
  package static let methods = [
    power2012, rousset1998, welch1951, fieller1954, freedman1983, benjamini1995, hedges1981, crawford1998, bland1986,
    gluer1995, mcgraw1996, lin1989, york2004, smyth2004, spearman1904,
  ]
}
