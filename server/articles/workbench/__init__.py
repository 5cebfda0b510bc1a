"""The editors' workbench: judged queries, what a release or a draft makes of them, and the gate of a release."""
