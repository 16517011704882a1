"""
One order sent under one fault, watched to its end, and judged.
"""
