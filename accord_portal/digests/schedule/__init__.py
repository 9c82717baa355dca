"""Digests that go out by themselves: when, made of what, and with whose approval."""
