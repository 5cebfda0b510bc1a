"""Two opinions on the same candidates become one order.

Reciprocal rank fusion throws the scores away and lets a weak side pull a strong one down: on paraphrased questions it
fell from nDCG@10 .946 (vectors alone) to .875. So scores are added: the cosine as it is, and BM25, which has no scale
of its own, spread to 0..1 over the candidates (the convex combination of Bruch, Gai and Ingber 2023, "An analysis of
fusion functions for hybrid retrieval", with one side left unspread). The best match of words is then worth a fixed
amount of cosine, whatever the query.
"""

import numpy as np
from numpy.typing import NDArray

# What the best match of words is worth in cosine, chosen on the sets that the figures here come from. Dialogues gain up
# to 0.2 and more; on paraphrased questions vectors alone are already best and 0.1 to 0.2 costs up to .007 nDCG@10
# (.965 alone, .963 fused at this value). Cosines of another embedder may spread otherwise and want another value.
WORDS_WORTH = 0.13

# A passage that holds a code of the last turn as it was typed (an error code, an article number) is worth this more:
# to a sentence vector one number is as good as another. Set by hand; no set at hand has enough codes to measure it.
CODE_WORTH = 0.25

Scores = NDArray[np.float32]


def fuse(cosines: Scores | None, lexical: Scores, exact: NDArray[np.bool_] | None = None) -> Scores:
    """The fused score of each candidate, float32 of the shape given; words alone when there are no cosines.

    `exact` marks the candidates that hold a code that was asked for.
    """
    fused = _spread(lexical)
    if cosines is not None:
        fused = cosines + np.float32(WORDS_WORTH) * fused
    if exact is not None:
        fused = fused + (CODE_WORTH * exact).astype(np.float32)
    return fused


def _spread(scores: Scores) -> Scores:
    if not len(scores):
        return scores
    low, high = float(scores.min()), float(scores.max())
    if high - low < 1e-6:
        # All alike: the side has no opinion, which is not the same as a low one.
        return np.full_like(scores, 1.0 if high > 0 else 0.0)
    spread: Scores = ((scores - low) / (high - low)).astype(np.float32)
    return spread
