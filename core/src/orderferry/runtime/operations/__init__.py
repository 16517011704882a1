"""
What an operator does: manual actions, plans of them, verification, reconciliation.
"""
