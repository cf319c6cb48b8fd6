# Generated scripts, on Ordinal and on a real PostgreSQL 15: draws from sequences, and queries over changing tables.
# A script counts as one.
source script/stages/counts
passed=0
failed=0
report="$(python3 tests/differential/compare_test.py 2>&1)"
if [[ $? -eq 0 && "$report" =~ Ran\ ([0-9]+)\ tests ]]; then
  passed="${BASH_REMATCH[1]}"
else
  echo "$report"
  failed=1
fi
add_up python3 tests/differential/run.py --count 3000
add_up python3 tests/differential/run.py --grammar queries --count 1500
add_up python3 tests/differential/run.py --grammar functions --count 500
add_up python3 tests/differential/run.py --grammar references --count 300
add_up python3 tests/differential/run.py --grammar regex --count 300
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
