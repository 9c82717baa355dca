"""The ground everything stands on: mail, signed links, working days, macron folding.

Nothing here imports an app of ours.
"""
