# Checks that rooms include only what src/LAYERS allows.
if python3 tools/check_layers.py src; then echo "1 passed, 0 failed"; else echo "0 passed, 1 failed"; exit 1; fi
