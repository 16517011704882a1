"""
The settings of an instance: reading, validation and documentation.
"""
