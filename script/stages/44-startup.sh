# Starts the server in every wrong way, stops it in order, and logs in rightly and wrongly.
source script/stages/counts
passed=0
failed=0
add_up python3 tests/server/startup.py
add_up python3 tests/server/authentication.py
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
