"""MBASIC 5.21, Microsoft's BASIC-80 for CP/M, as a library with thin front ends."""

__version__ = "0.1.0"
