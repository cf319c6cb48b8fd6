# Sends a server malformed, huge and deep input, and vanishing clients, and asks whether it still answers.
exec python3 tests/wire/abuse.py
