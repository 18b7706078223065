"""Numbers to the bit: formats, arithmetic, functions, text. No syntax, no state."""
