# Unit tests under the address and undefined-behaviour sanitizers.
source script/stages/counts
if ! script/build asan; then
  echo "0 passed, 1 failed"
  exit 1
fi
run_ctest asan
