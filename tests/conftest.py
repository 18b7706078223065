"""What all tests share: Hypothesis runs without a clock, and the same examples everywhere."""

from hypothesis import settings

settings.register_profile("everywhere", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("everywhere")
