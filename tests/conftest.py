"""What all tests share."""

import hypothesis

# The same examples on every run, and no verdict by a clock: a slow machine fails nothing.
hypothesis.settings.register_profile("same-everywhere", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("same-everywhere")
