"""
A trial: one order sent under one fault, observed until its export has ended, and the verdict on it.
"""
