"""Texts become vectors: the port, the model that serves, and its stand-in."""
