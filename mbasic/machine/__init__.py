"""A machine loads a program, runs it in slices and turns its state into bytes."""
