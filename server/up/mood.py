"""Trains the head of the mood model on the sentence encoder: `python -m server.up.mood`."""

import os
import sys

from assist.sentiment.training import train
from knowledge.embedding.minilm import MiniLM
from server.up.places import places


def main() -> int:
    """Trains where anything changed; says in one line what came of it."""
    home = places(os.environ).home
    encoder = MiniLM(home / "models" / "minilm")
    trained = train(home, encoder.embed, embedder=encoder.fingerprint)
    what = f"{trained.rows} rows, {trained.seconds:.1f} s" if trained.trained else "unchanged"
    sys.stdout.write(f"{trained.version}: {what}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
