# Breaks three nodes and three etcd members while clients work, each fault once, and judges what the clients saw.
source script/stages/counts
passed=0
failed=0
add_up python3 tests/cluster/round_trips.py
add_up python3 tests/cluster/index_build.py
add_up python3 tests/cluster/planted_bug.py
add_up python3 tests/cluster/run.py --seconds 60
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
