"""From nodes to typed IR, and from IR to what runs it (T0: generated Python)."""
