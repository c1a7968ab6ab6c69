"""How many talks each statistic needs, and why. Below that a sentence stands in its place."""

KAPPA = 50
"""QWK and κ over bands 0–4: N ≥ 2k² with k = 5 categories (Cicchetti 1981, Applied Psychological
Measurement 5, 101–104, doi:10.1177/014662168100500114)."""

SHARE = 30
"""Shares of equal marks: from 30 on the 95 % interval of Wilson is at most ±.17 wide."""

CORRELATION = 30
"""ICC and r: at least 30 heterogeneous talks (Koo & Li 2016, J. Chiropractic Medicine 15, 155–163). At
r = .80 the interval is then [.62, .90]; with 15 talks it would be [.49, .93]."""

ERROR = 30
"""MAE, RMSE, SMD and bias: the mean of 30 differences is known to ±.37 of their SD."""

LIMITS = 50
"""Limits of agreement: their standard error is about √(3/n) SD (Bland & Altman 1986, Lancet i, 307–310),
so that 50 talks place each limit to ±.48 SD; 30 would only to ±.62."""

DECISION = 30
"""κ of pass and fail; beside it `EACH_SIDE`."""

EACH_SIDE = 5
"""Passes and fails each of the two must have given: of 30 talks with four fails, one talk moves κ by .2."""

BORDERLINE = 50
"""Borderline regression: below 50 candidates the standard error of the cut is unacceptably large (Homer
et al. 2016, Medical Teacher 38, 181–188, doi:10.3109/0142159X.2015.1029898)."""

RATINGS = 3
"""Different global ratings a regression line needs: two points always lie on a line."""

ALPHA = 30
"""Krippendorff's α: talks that two or more examiners marked. Krippendorff (2004) asks for intervals, which
are printed beside it; 30 keeps it with ICC."""

CALIBRATION = 30
"""Talks to fit a line and test it out of fold: each of five folds still learns from 24."""
