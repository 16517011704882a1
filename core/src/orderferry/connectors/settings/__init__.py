"""
The settings of an instance: read, checked and described.
"""
