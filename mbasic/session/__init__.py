"""One person's computer: program, machine, direct mode, line editor. Commands in, events out."""
