"""
Connectors that keep every guarantee, and connectors that each break one; `table` lists them all.

The tests install each as its own distribution. No module imports one that fails on import.
"""
