"""The functions of BASIC, by chapter of the manual."""
