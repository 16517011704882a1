"""
A stand-in for a warehouse: an SFTP server that reads the 940s put into its folder.

It shows what a reader of release 004010 would object to. It does not show a partner's own rules,
nor acknowledgements.
"""

from orderferry_fulfillment_3pl.simulator._warehouse import Rejected, ThreePlSimulator

__all__ = ["Rejected", "ThreePlSimulator"]
