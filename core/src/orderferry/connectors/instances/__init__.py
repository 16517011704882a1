"""
Configured instances: their settings, contexts, hooks and stored state.
"""
