"""The text of BASIC: words, lines, programs and their three file formats. No run-time state."""
