"""Channels: the world's wire formats on one side, `Inbound` and `Outbound` on the other. This package knows nobody."""
