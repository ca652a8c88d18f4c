"""How long things take, as ratios of two sides measured together: `make bench`; docs/PERFORMANCE.md has the figures."""
