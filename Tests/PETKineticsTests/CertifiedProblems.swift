import Foundation

/// A nonlinear least-squares problem whose solution is certified.
///
/// These are Statistical Reference Datasets of the US National Institute of Standards and Technology (StRD), nonlinear
/// regression, doi:10.18434/T43G6C; data, starting points and certified values are transcribed from there. The
/// institute computed the solutions in 128-bit precision and gives eleven digits, so they judge an optimizer, and the
/// standard errors it reports, by something that shares no code with it.
struct CertifiedProblem: Sendable, CustomStringConvertible {
  /// The institute's own grading.
  enum Level: String, Sendable { case lower, average, higher }

  let name: String
  let level: Level
  let x: [Double]
  let y: [Double]
  /// The two published starting points, the far one first.
  let starts: [[Double]]
  let certified: [Double]
  /// Certified standard deviations of the estimates, from the residual variance with n - p degrees of freedom.
  let standardDeviations: [Double]
  /// Certified sum of squared residuals.
  let residualSum: Double
  /// Model value at one x, and its derivatives by the parameters, written out by hand.
  let model: @Sendable (_ x: Double, _ b: [Double]) -> (value: Double, gradient: [Double])

  var description: String { name }

  static let all: [CertifiedProblem] = [
    misra1a, misra1b, danWood, lanczos3, chwirut2, misra1c, misra1d, roszman1, mgh17, mgh09, mgh10, boxBOD, rat42,
    rat43, eckerle4, thurber,
  ]
}

// MARK: - Lower difficulty

extension CertifiedProblem {
  /// Misra's adsorption data, common to four problems that differ in the model alone.
  private static let misraPressure: [Double] = [
    77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0,
  ]
  private static let misraVolume: [Double] = [
    10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78,
  ]

  /// Monomolecular adsorption, `y = b1 (1 - exp(-b2 x))`.
  static let misra1a = CertifiedProblem(
    name: "Misra1a", level: .lower,
    x: misraPressure,
    y: misraVolume,
    starts: [[500, 1e-4], [250, 5e-4]],
    certified: [2.3894212918e2, 5.5015643181e-4],
    standardDeviations: [2.7070075241e0, 7.2668688436e-6],
    residualSum: 1.2455138894e-1,
    model: { x, b in
      let decay = exp(-b[1] * x)
      return (b[0] * (1 - decay), [1 - decay, b[0] * x * decay])
    }
  )

  /// The same adsorption data, `y = b1 (1 - (1 + b2 x / 2)^-2)`.
  static let misra1b = CertifiedProblem(
    name: "Misra1b", level: .lower,
    x: misraPressure,
    y: misraVolume,
    starts: [[500, 1e-4], [300, 2e-4]],
    certified: [3.3799746163e2, 3.9039091287e-4],
    standardDeviations: [3.1643950207e0, 4.2547321834e-6],
    residualSum: 7.5464681533e-2,
    model: { x, b in
      let base = 1 + b[1] * x / 2
      let share = 1 - 1 / (base * base)
      return (b[0] * share, [share, b[0] * x / (base * base * base)])
    }
  )

  /// Energy radiated by a carbon filament, `y = b1 x^b2`.
  static let danWood = CertifiedProblem(
    name: "DanWood", level: .lower,
    x: [1.309, 1.471, 1.490, 1.565, 1.611, 1.680],
    y: [2.138, 3.421, 3.597, 4.340, 4.882, 5.660],
    starts: [[1, 5], [0.7, 4]],
    certified: [7.6886226176e-1, 3.8604055871e0],
    standardDeviations: [1.8281973860e-2, 5.1726610913e-2],
    residualSum: 4.3173084083e-3,
    model: { x, b in
      let power = pow(x, b[1])
      return (b[0] * power, [power, b[0] * power * log(x)])
    }
  )

  /// Three exponentials generated to four decimals, `y = b1 exp(-b2 x) + b3 exp(-b4 x) + b5 exp(-b6 x)`.
  ///
  /// Nearest of all to a kinetic model, and as badly conditioned: the residual sum is nine decades below the sum of
  /// squares.
  static let lanczos3 = CertifiedProblem(
    name: "Lanczos3", level: .lower,
    x: [
      0.00, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85,
      0.90, 0.95, 1.00, 1.05, 1.10, 1.15,
    ],
    y: [
      2.5134, 2.0443, 1.6684, 1.3664, 1.1232, 0.9269, 0.7679, 0.6389, 0.5338, 0.4479, 0.3776, 0.3197, 0.2720,
      0.2325, 0.1997, 0.1723, 0.1493, 0.1301, 0.1138, 0.1000, 0.0883, 0.0783, 0.0698, 0.0624,
    ],
    starts: [[1.2, 0.3, 5.6, 5.5, 6.5, 7.6], [0.5, 0.7, 3.6, 4.2, 4, 6.3]],
    certified: [8.6816414977e-2, 9.5498101505e-1, 8.4400777463e-1, 2.9515951832e0, 1.5825685901e0, 4.9863565084e0],
    standardDeviations: [
      1.7197908859e-2, 9.7041624475e-2, 4.1488663282e-2, 1.0766312506e-1, 5.8371576281e-2, 3.4436403035e-2,
    ],
    residualSum: 1.6117193594e-8,
    model: { x, b in
      let first = exp(-b[1] * x)
      let second = exp(-b[3] * x)
      let third = exp(-b[5] * x)
      let value = b[0] * first + b[2] * second + b[4] * third
      return (value, [first, -b[0] * x * first, second, -b[2] * x * second, third, -b[4] * x * third])
    }
  )

  /// Ultrasonic calibration, `y = exp(-b1 x) / (b2 + b3 x)`.
  static let chwirut2 = CertifiedProblem(
    name: "Chwirut2", level: .lower,
    x: [
      0.500, 1.000, 1.750, 3.750, 5.750, 0.875, 2.250, 3.250, 5.250, 0.750, 1.750, 2.750, 4.750, 0.625, 1.250,
      2.250, 4.250, 0.500, 3.000, 0.750, 3.000, 1.500, 6.000, 3.000, 6.000, 1.500, 3.000, 0.500, 2.000, 4.000,
      0.750, 2.000, 5.000, 0.750, 2.250, 3.750, 5.750, 3.000, 0.750, 2.500, 4.000, 0.750, 2.500, 4.000, 0.750,
      2.500, 4.000, 0.500, 6.000, 3.000, 0.500, 2.750, 0.500, 1.750,
    ],
    y: [
      92.9000, 57.1000, 31.0500, 11.5875, 8.0250, 63.6000, 21.4000, 14.2500, 8.4750, 63.8000, 26.8000, 16.4625,
      7.1250, 67.3000, 41.0000, 21.1500, 8.1750, 81.5000, 13.1200, 59.9000, 14.6200, 32.9000, 5.4400, 12.5600,
      5.4400, 32.0000, 13.9500, 75.8000, 20.0000, 10.4200, 59.5000, 21.6700, 8.5500, 62.0000, 20.2000, 7.7600,
      3.7500, 11.8100, 54.7000, 23.7000, 11.5500, 61.3000, 17.7000, 8.7400, 59.2000, 16.3000, 8.6200, 81.0000,
      4.8700, 14.6200, 81.7000, 17.1700, 81.3000, 28.9000,
    ],
    starts: [[0.1, 0.01, 0.02], [0.15, 0.008, 0.010]],
    certified: [1.6657666537e-1, 5.1653291286e-3, 1.2150007096e-2],
    standardDeviations: [3.8303286810e-2, 6.6621605126e-4, 1.5304234767e-3],
    residualSum: 5.1304802941e2,
    model: { x, b in
      let below = b[1] + b[2] * x
      let value = exp(-b[0] * x) / below
      return (value, [-x * value, -value / below, -x * value / below])
    }
  )
}

// MARK: - Average difficulty

extension CertifiedProblem {
  /// The same adsorption data, `y = b1 (1 - (1 + 2 b2 x)^-1/2)`.
  static let misra1c = CertifiedProblem(
    name: "Misra1c", level: .average,
    x: misraPressure,
    y: misraVolume,
    starts: [[500, 1e-4], [600, 2e-4]],
    certified: [6.3642725809e2, 2.0813627256e-4],
    standardDeviations: [4.6638326572e0, 1.7728423155e-6],
    residualSum: 4.0966836971e-2,
    model: { x, b in
      let base = 1 + 2 * b[1] * x
      let root = 1 / base.squareRoot()
      return (b[0] * (1 - root), [1 - root, b[0] * x * root / base])
    }
  )

  /// The same adsorption data, `y = b1 b2 x / (1 + b2 x)`.
  static let misra1d = CertifiedProblem(
    name: "Misra1d", level: .average,
    x: misraPressure,
    y: misraVolume,
    starts: [[500, 1e-4], [450, 3e-4]],
    certified: [4.3736970754e2, 3.0227324449e-4],
    standardDeviations: [3.6489174345e0, 2.9334354479e-6],
    residualSum: 5.6419295283e-2,
    model: { x, b in
      let base = 1 + b[1] * x
      let share = b[1] * x / base
      return (b[0] * share, [share, b[0] * x / (base * base)])
    }
  )

  /// Quantum defects, `y = b1 - b2 x - arctan(b3 / (x - b4)) / pi`.
  static let roszman1 = CertifiedProblem(
    name: "Roszman1", level: .average,
    x: [
      -4868.68, -4868.09, -4867.41, -3375.19, -3373.14, -3372.03, -2473.74, -2472.35, -2469.45, -1894.65, -1893.40,
      -1497.24, -1495.85, -1493.41, -1208.68, -1206.18, -1206.04, -997.92, -996.61, -996.31, -834.94, -834.66,
      -710.03, -530.16, -464.17,
    ],
    y: [
      0.252429, 0.252141, 0.251809, 0.297989, 0.296257, 0.295319, 0.339603, 0.337731, 0.333820, 0.389510, 0.386998,
      0.438864, 0.434887, 0.427893, 0.471568, 0.461699, 0.461144, 0.513532, 0.506641, 0.505062, 0.535648, 0.533726,
      0.568064, 0.612886, 0.624169,
    ],
    starts: [[0.1, -0.00001, 1000, -100], [0.2, -0.000005, 1200, -150]],
    certified: [2.0196866396e-1, -6.1953516256e-6, 1.2044556708e3, -1.8134269537e2],
    standardDeviations: [1.9172666023e-2, 3.2058931691e-6, 7.4050983057e1, 4.9573513849e1],
    residualSum: 4.9484847331e-4,
    model: { x, b in
      let shifted = x - b[3]
      let scale = Double.pi * (shifted * shifted + b[2] * b[2])
      let value = b[0] - b[1] * x - atan(b[2] / shifted) / Double.pi
      return (value, [1, -x, -shifted / scale, -b[2] / scale])
    }
  )

  /// Two exponentials of opposite sign, `y = b1 + b2 exp(-b4 x) + b3 exp(-b5 x)`.
  static let mgh17 = CertifiedProblem(
    name: "MGH17", level: .average,
    x: [
      0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210, 220, 230,
      240, 250, 260, 270, 280, 290, 300, 310, 320,
    ],
    y: [
      0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628,
      0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.420,
      0.414, 0.411, 0.406,
    ],
    starts: [[50, 150, -100, 1, 2], [0.5, 1.5, -1, 0.01, 0.02]],
    certified: [3.7541005211e-1, 1.9358469127e0, -1.4646871366e0, 1.2867534640e-2, 2.2122699662e-2],
    standardDeviations: [2.0723153551e-3, 2.2031669222e-1, 2.2175707739e-1, 4.4861358114e-4, 8.9471996575e-4],
    residualSum: 5.4648946975e-5,
    model: { x, b in
      let slow = exp(-b[3] * x)
      let fast = exp(-b[4] * x)
      let value = b[0] + b[1] * slow + b[2] * fast
      return (value, [1, slow, fast, -b[1] * x * slow, -b[2] * x * fast])
    }
  )
}

// MARK: - Higher difficulty

extension CertifiedProblem {
  /// Kowalik and Osborne, `y = b1 (x^2 + b2 x) / (x^2 + b3 x + b4)`.
  ///
  /// Has a second minimum at infinity, sum of squares 0.001027, which the far start may reach.
  static let mgh09 = CertifiedProblem(
    name: "MGH09", level: .higher,
    x: [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625],
    y: [0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246],
    starts: [[25, 39, 41.5, 39], [0.25, 0.39, 0.415, 0.39]],
    certified: [1.9280693458e-1, 1.9128232873e-1, 1.2305650693e-1, 1.3606233068e-1],
    standardDeviations: [1.1435312227e-2, 1.9633220911e-1, 8.0842031232e-2, 9.0025542308e-2],
    residualSum: 3.0750560385e-4,
    model: { x, b in
      let above = x * x + b[1] * x
      let below = x * x + b[2] * x + b[3]
      let value = b[0] * above / below
      return (value, [above / below, b[0] * x / below, -value * x / below, -value / below])
    }
  )

  /// Meyer's thermistor, `y = b1 exp(b2 / (x + b3))`.
  static let mgh10 = CertifiedProblem(
    name: "MGH10", level: .higher,
    x: [50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100, 105, 110, 115, 120, 125],
    y: [34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872],
    starts: [[2, 400000, 25000], [0.02, 4000, 250]],
    certified: [5.6096364710e-3, 6.1813463463e3, 3.4522363462e2],
    standardDeviations: [1.5687892471e-4, 2.3309021107e1, 7.8486103508e-1],
    residualSum: 8.7945855171e1,
    model: { x, b in
      let shifted = x + b[2]
      let growth = exp(b[1] / shifted)
      let value = b[0] * growth
      return (value, [growth, value / shifted, -value * b[1] / (shifted * shifted)])
    }
  )

  /// Biochemical oxygen demand, `y = b1 (1 - exp(-b2 x))`.
  static let boxBOD = CertifiedProblem(
    name: "BoxBOD", level: .higher,
    x: [1, 2, 3, 5, 7, 10],
    y: [109, 149, 149, 191, 213, 224],
    starts: [[1, 1], [100, 0.75]],
    certified: [2.1380940889e2, 5.4723748542e-1],
    standardDeviations: [1.2354515176e1, 1.0455993237e-1],
    residualSum: 1.1680088766e3,
    model: { x, b in
      let decay = exp(-b[1] * x)
      return (b[0] * (1 - decay), [1 - decay, b[0] * x * decay])
    }
  )

  /// Ratkowsky's pasture yield, `y = b1 / (1 + exp(b2 - b3 x))`.
  ///
  /// The gradient is written by the share so that it stays finite where the exponential overflows.
  static let rat42 = CertifiedProblem(
    name: "Rat42", level: .higher,
    x: [9, 14, 21, 28, 42, 57, 63, 70, 79],
    y: [8.930, 10.800, 18.590, 22.330, 39.350, 56.110, 61.730, 64.620, 67.080],
    starts: [[100, 1, 0.1], [75, 2.5, 0.07]],
    certified: [7.2462237576e1, 2.6180768402e0, 6.7359200066e-2],
    standardDeviations: [1.7340283401e0, 8.8295217536e-2, 3.4465663377e-3],
    residualSum: 8.0565229338e0,
    model: { x, b in
      let share = 1 / (1 + exp(b[1] - b[2] * x))
      let slope = b[0] * share * (1 - share)
      return (b[0] * share, [share, -slope, x * slope])
    }
  )

  /// Ratkowsky's onion growth, `y = b1 / (1 + exp(b2 - b3 x))^(1 / b4)`.
  ///
  /// The logarithm of the base is taken without forming the base, so that it stays finite where the exponential
  /// overflows.
  static let rat43 = CertifiedProblem(
    name: "Rat43", level: .higher,
    x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    y: [
      16.08, 33.83, 65.80, 97.20, 191.55, 326.20, 386.87, 520.53, 590.03, 651.92, 724.93, 699.56, 689.96, 637.56,
      717.41,
    ],
    starts: [[100, 10, 1, 1], [700, 5, 0.75, 1.3]],
    certified: [6.9964151270e2, 5.2771253025e0, 7.5962938329e-1, 1.2792483859e0],
    standardDeviations: [1.6302297817e1, 2.0828735829e0, 1.9566123451e-1, 6.8761936385e-1],
    residualSum: 8.7864049080e3,
    model: { x, b in
      let exponent = b[1] - b[2] * x
      let logarithm = max(exponent, 0) + log1p(exp(-abs(exponent)))
      let share = exp(-logarithm / b[3])
      let value = b[0] * share
      let slope = value / (b[3] * (1 + exp(-exponent)))
      return (value, [share, -slope, x * slope, value * logarithm / (b[3] * b[3])])
    }
  )

  /// Circular interference transmittance, `y = b1 / b2 exp(-((x - b3) / b2)^2 / 2)`.
  static let eckerle4 = CertifiedProblem(
    name: "Eckerle4", level: .higher,
    x: [
      400, 405, 410, 415, 420, 425, 430, 435, 436.5, 438, 439.5, 441, 442.5, 444, 445.5, 447, 448.5, 450, 451.5,
      453, 454.5, 456, 457.5, 459, 460.5, 462, 463.5, 465, 470, 475, 480, 485, 490, 495, 500,
    ],
    y: [
      0.0001575, 0.0001699, 0.0002350, 0.0003102, 0.0004917, 0.0008710, 0.0017418, 0.0046400, 0.0065895, 0.0097302,
      0.0149002, 0.0237310, 0.0401683, 0.0712559, 0.1264458, 0.2073413, 0.2902366, 0.3445623, 0.3698049, 0.3668534,
      0.3106727, 0.2078154, 0.1164354, 0.0616764, 0.0337200, 0.0194023, 0.0117831, 0.0074357, 0.0022732, 0.0008800,
      0.0004579, 0.0002345, 0.0001586, 0.0001143, 0.0000710,
    ],
    starts: [[1, 10, 500], [1.5, 5, 450]],
    certified: [1.5543827178e0, 4.0888321754e0, 4.5154121844e2],
    standardDeviations: [1.5408051163e-2, 4.6803020753e-2, 4.6800518816e-2],
    residualSum: 1.4635887487e-3,
    model: { x, b in
      let distance = (x - b[2]) / b[1]
      let shape = exp(-distance * distance / 2) / b[1]
      let value = b[0] * shape
      return (value, [shape, value * (distance * distance - 1) / b[1], value * distance / b[1]])
    }
  )

  /// Electron mobility, `y = (b1 + b2 x + b3 x^2 + b4 x^3) / (1 + b5 x + b6 x^2 + b7 x^3)`.
  static let thurber = CertifiedProblem(
    name: "Thurber", level: .higher,
    x: [
      -3.067, -2.981, -2.921, -2.912, -2.840, -2.797, -2.702, -2.699, -2.633, -2.481, -2.363, -2.322, -1.501,
      -1.460, -1.274, -1.212, -1.100, -1.046, -0.915, -0.714, -0.566, -0.545, -0.400, -0.309, -0.109, -0.103, 0.010,
      0.119, 0.377, 0.790, 0.963, 1.006, 1.115, 1.572, 1.841, 2.047, 2.200,
    ],
    y: [
      80.574, 84.248, 87.264, 87.195, 89.076, 89.608, 89.868, 90.101, 92.405, 95.854, 100.696, 101.060, 401.672,
      390.724, 567.534, 635.316, 733.054, 759.087, 894.206, 990.785, 1090.109, 1080.914, 1122.643, 1178.351,
      1260.531, 1273.514, 1288.339, 1327.543, 1353.863, 1414.509, 1425.208, 1421.384, 1442.962, 1464.350, 1468.705,
      1447.894, 1457.628,
    ],
    starts: [[1000, 1000, 400, 40, 0.7, 0.3, 0.03], [1300, 1500, 500, 75, 1, 0.4, 0.05]],
    certified: [
      1.2881396800e3, 1.4910792535e3, 5.8323836877e2, 7.5416644291e1, 9.6629502864e-1, 3.9797285797e-1,
      4.9727297349e-2,
    ],
    standardDeviations: [
      4.6647963344e0, 3.9571156086e1, 2.8698696102e1, 5.5675370270e0, 3.1333340687e-2, 1.4984928198e-2,
      6.5842344623e-3,
    ],
    residualSum: 5.6427082397e3,
    model: { x, b in
      let square = x * x
      let cube = square * x
      let above = b[0] + b[1] * x + b[2] * square + b[3] * cube
      let below = 1 + b[4] * x + b[5] * square + b[6] * cube
      let value = above / below
      let ratio = value / below
      return (
        value, [1 / below, x / below, square / below, cube / below, -x * ratio, -square * ratio, -cube * ratio]
      )
    }
  )
}
