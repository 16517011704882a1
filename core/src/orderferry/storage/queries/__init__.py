"""
What lists and reports show; nothing here writes.
"""
