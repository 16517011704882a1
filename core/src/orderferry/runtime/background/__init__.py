"""
What a ferry runs outside of transitions: lanes, follow-up runs, and waiting for exports.
"""
