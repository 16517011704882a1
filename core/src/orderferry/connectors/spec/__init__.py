"""
The hooks that a vendor implements, and the values that they receive and return.
"""
