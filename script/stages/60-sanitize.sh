# Under the address and undefined-behaviour sanitizers: unit tests, SQL scripts on both engines, abuse, and a short
# recovery. A report ends the process that it is about. Nothing is suppressed: RocksDB and libpg_query are Debian's and not
# instrumented, and what they keep until the end is still reachable then.
source script/stages/counts
if ! script/build asan; then
  echo "0 passed, 1 failed"
  exit 1
fi
export UBSAN_OPTIONS=print_stacktrace=1
passed=0
failed=0
add_up run_ctest asan
for store in memory rocksdb; do
  add_up tests/sql/run.py --server ordinal --store "$store" --binary build/asan/ordinal tests/sql
done
add_up python3 tests/wire/abuse.py --binary build/asan/ordinal
add_up python3 tests/recovery/run.py --binary build/asan/ordinal --rounds 1
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
