# Kills a server under load, with and without a power cut, and checks that nothing acknowledged is lost and no value
# repeated.
source script/stages/counts
passed=0
failed=0
add_up python3 tests/recovery/checkers_test.py
add_up python3 tests/recovery/unsynced/power_cut_test.py
add_up python3 tests/recovery/index_build.py
add_up python3 tests/recovery/run.py --rounds 4 --seconds 1
add_up python3 tests/recovery/run.py --rounds 4 --seconds 1 --unsynced
add_up python3 tests/recovery/run.py --rounds 4 --seconds 1 --unsynced --table-files
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
