"""
One configured connector at work.
"""
