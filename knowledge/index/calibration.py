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


# Fitted (logistic regression) on the first hits of 95 questions to a help centre of a hundred articles (weight 1), 313
# paraphrased questions to a public FAQ collection (1), the latter with the right entry taken away (together with
# foreign questions 0.5), and that collection's questions asked of the help centre, where nothing can be right (0.5).
# all-MiniLM-L6-v2, passages as in `segment`. Spread between collections is wide: the FAQ fit alone has cosine 16.
WITH_VECTORS = Calibration(bias=-4.7, cosine=8.1, coverage=1.3)

# Set by hand between the fits on words alone, which differ much between collections: without vectors be careful.
WORDS_ONLY = Calibration(bias=-2.5, cosine=0.0, coverage=3.5)

# Below it the honest answer is that there is none. On those same questions, so rather flattering: 56 % of the help
# centre's had a hit above it, 71 % of these from exactly the expected article; of foreign questions 4 % did.
ABSTAIN_FLOOR = 0.35
