# Rooms include only what src/LAYERS allows.
if complaints="$(python3 tools/check_layers.py src 2>&1)"; then
  echo "1 passed, 0 failed"
else
  echo "$complaints"
  echo "0 passed, $(grep -c . <<<"$complaints") failed"
  exit 1
fi
