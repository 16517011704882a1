"""
What can be checked before an order is run: `check` and `preview`.
"""
