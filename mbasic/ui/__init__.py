"""Front ends: they send commands and show events."""
