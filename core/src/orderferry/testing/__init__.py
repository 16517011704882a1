"""
What tests of connectors need.
"""

from orderferry.testing._fault import BytePlace, Fault, Place, RequestPlace, Way

__all__ = ["BytePlace", "Fault", "Place", "RequestPlace", "Way"]
