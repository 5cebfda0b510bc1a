"""Releases: built aside, checked, judged, and then served everywhere at once; going back takes seconds."""
