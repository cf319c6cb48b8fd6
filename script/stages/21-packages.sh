# script/packages.txt installs every header that the build reads.
if complaints="$(python3 tools/check_packages.py build/release 2>&1)"; then
  echo "1 passed, 0 failed"
else
  echo "$complaints"
  echo "0 passed, $(grep -c . <<<"$complaints") failed"
  exit 1
fi
