"""
An order enters a status: its workflow is run, and everything is committed.
"""
