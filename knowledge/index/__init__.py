"""Finding passages: by vectors, by words, and by both together."""
