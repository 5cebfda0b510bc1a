"""How likely a passage answers: a logistic map from what the two sides say."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Weights of a logistic regression; `score` gives a probability."""

    bias: float
    cosine: float
    coverage: float

    def score(self, *, cosine: float, coverage: float) -> float:
        """The probability, 0 to 1, that a passage with this cosine and word coverage answers the query."""
        return 1.0 / (1.0 + math.exp(-(self.bias + self.cosine * cosine + self.coverage * coverage)))


WITH_VECTORS = Calibration(bias=-6.0, cosine=10.0, coverage=2.0)
WORDS_ONLY = Calibration(bias=-3.0, cosine=0.0, coverage=5.0)

# Below it the honest answer is that there is none.
ABSTAIN_FLOOR = 0.5
