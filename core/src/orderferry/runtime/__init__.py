"""
Puts the objects together.
"""

from orderferry.runtime._ferry import Ferry

__all__ = ["Ferry"]
