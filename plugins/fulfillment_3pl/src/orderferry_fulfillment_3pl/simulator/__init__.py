"""
A simulated warehouse: an SFTP server that reads the 940s uploaded to its folder.

It rejects what a reader of release 004010 would reject. It simulates neither a partner's own rules
nor acknowledgements.
"""

from orderferry_fulfillment_3pl.simulator._warehouse import Rejected, ThreePlSimulator

__all__ = ["Rejected", "ThreePlSimulator"]
