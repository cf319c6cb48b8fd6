# docs/unsupported.md lists what the sources say is not supported.
if complaints="$(python3 tools/generate_unsupported.py --check 2>&1)"; then
  echo "1 passed, 0 failed"
else
  echo "$complaints"
  echo "0 passed, 1 failed"
  exit 1
fi
