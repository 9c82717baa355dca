"""Who wrote in, and what we owe them.

Not the library of that name on PyPI, which this project must never depend on.
"""
