# Starts the server in every wrong way, and stops it in order.
exec python3 tests/server/startup.py
