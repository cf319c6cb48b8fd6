# The same for twenty minutes, with faults that coincide.
exec python3 tests/cluster/run.py --seconds 1200
