"""
A connector that keeps every guarantee, and connectors that each break one; `table` has them all.

Each is a distribution of its own in the tests: no module imports another that does harm by that.
"""
