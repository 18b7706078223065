"""Where things are kept: the disks of BASIC programs, sessions, settings."""
