"""How likely a passage answers: a logistic map from what the two sides say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Weights of a logistic regression; `scores` gives probabilities."""

    bias: float
    cosine: float
    coverage: float

    def scores(self, cosines: NDArray[np.float32], coverage: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probability, 0 to 1, that passages with these cosines and word coverages answer the query."""
        logits = self.bias + self.cosine * cosines + self.coverage * coverage
        found: NDArray[np.float32] = (1.0 / (1.0 + np.exp(-logits))).astype(np.float32)
        return found


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
