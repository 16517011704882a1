"""
Queries of lists and reports. No module outside this package imports it.
"""
