"""Larkfield Home, a fictional company: its systems, its articles and its shop page, for demos and tests."""
