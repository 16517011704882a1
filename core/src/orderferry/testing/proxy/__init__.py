"""
The proxy between a connector and its target, that injects faults.
"""
