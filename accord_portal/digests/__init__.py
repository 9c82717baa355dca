"""Everybody hears of it: updates, digest issues, and each delivery."""
