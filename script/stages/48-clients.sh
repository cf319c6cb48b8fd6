# What drivers and psql send and show: arrays as parameters and results, psql's meta-commands, conflicts.
source script/stages/counts
passed=0
failed=0
for client in tests/clients/*.py; do
  echo "-- $client"
  add_up python3 "$client"
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
