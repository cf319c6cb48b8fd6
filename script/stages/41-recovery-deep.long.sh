# The same for longer: some hundred kills and power cuts.
source script/stages/counts
passed=0
failed=0
add_up python3 tests/recovery/run.py --rounds 60 --seconds 2
add_up python3 tests/recovery/run.py --rounds 150 --seconds 2 --unsynced
add_up python3 tests/recovery/run.py --rounds 60 --seconds 2 --unsynced --table-files
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
