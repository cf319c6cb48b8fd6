# Checks that docs/unsupported.md lists what the sources say is not supported.
if python3 tools/generate_unsupported.py --check; then echo "1 passed, 0 failed"; else echo "0 passed, 1 failed"; exit 1; fi
