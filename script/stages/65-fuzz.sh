# Runs each fuzz target for FUZZ_SECONDS (default 6), from the seeds. A target is one check; what it finds lies in
# build/fuzz/findings.
if ! script/build fuzz fuzz_targets; then
  echo "0 passed, 1 failed"
  exit 1
fi
export CORPUS=build/fuzz/corpus SECONDS_EACH="${FUZZ_SECONDS:-6}"
python3 tests/fuzz/seeds.py "$CORPUS" || { echo "0 passed, 1 failed"; exit 1; }

run_target() {
  local target="$1" findings="build/fuzz/findings/$1" log="build/fuzz/$1.log"
  mkdir -p "$findings"
  if "build/fuzz/tests/fuzz/fuzz_$target" -seed=1 -max_total_time="$SECONDS_EACH" -timeout=20 -rss_limit_mb=4096 \
      -max_len=4096 -artifact_prefix="$findings/" "$CORPUS/$target" >"$log" 2>&1; then
    echo "ok $target: $(grep -oP '^Done \K.*' "$log")"
  else
    echo "FAIL $target"
    grep -v '^#' "$log" | tail -n 40
  fi
}
export -f run_target

report="$(ls "$CORPUS" | xargs -n 1 -P "$(nproc)" bash -c 'run_target "$0"')"
echo "$report"
passed="$(grep -c '^ok ' <<<"$report")"
failed="$(grep -c '^FAIL ' <<<"$report")"
echo "$passed passed, $failed failed"
[[ $failed -eq 0 && $passed -gt 0 ]]
