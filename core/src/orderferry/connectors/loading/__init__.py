"""
From the metadata of distributions to a checked connector class.
"""
