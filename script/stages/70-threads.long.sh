# Unit tests under the thread sanitizer. RocksDB is not instrumented, so that its room is left out.
source script/stages/counts
if ! script/build tsan; then
  echo "0 passed, 1 failed"
  exit 1
fi
CTEST_EXCLUDE='[Rr]ocks[Dd]b|DamagedLog' run_ctest tsan
