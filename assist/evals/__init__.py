"""Quality on any data file given: what ``warmline eval`` calls."""
