# Builds a preset and runs its unit tests: run_unit_tests PRESET. Prints the counts of ctest as the last line.
run_unit_tests() {
  local preset=$1 log
  log=$(mktemp)
  if ! script/build "$preset" 2>&1; then
    echo "the $preset build failed"
    echo "0 passed, 1 failed"
    return 1
  fi
  ctest --test-dir "build/$preset" -j 2 --output-on-failure >"$log" 2>&1
  local status=$?
  local total failures
  total=$(sed -n 's/^.*tests passed, .* tests failed out of \([0-9]*\)$/\1/p' "$log" | tail -n 1)
  failures=$(sed -n 's/^.*tests passed, \([0-9]*\) tests failed out of [0-9]*$/\1/p' "$log" | tail -n 1)
  if [ "$status" -ne 0 ]; then tail -n 150 "$log"; fi
  rm -f "$log"
  echo "$((${total:-0} - ${failures:-1})) passed, ${failures:-1} failed"
  return "$status"
}
