"""
Find connectors in the metadata of distributions, load their classes, and call their hooks.
"""
