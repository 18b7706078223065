"""The shell: run a file, the Ok prompt, doctor."""
