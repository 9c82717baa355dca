"""Mail providers' APIs that take many messages in one call, each with words of its own.

Each is Anymail's transport with a payload of ours in it; single messages go as Anymail sends them. What each
can do stands in `docs/providers.md`.
"""
