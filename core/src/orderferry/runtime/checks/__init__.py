"""
What can be found out before an order is run: `check` and `preview`.
"""
