# script/cluster starts, goes on after kills, stops without a trace, and starts again.
exec python3 tests/server/local_cluster.py
