"""
What is done outside of transitions: lanes, the runs that follow failures, waiting.
"""
