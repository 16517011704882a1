"""
What a vendor implements, and what an implementation is given.
"""
