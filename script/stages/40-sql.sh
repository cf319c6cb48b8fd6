# SQL scripts: those for Ordinal on each engine, and those of any/ on a real PostgreSQL 15.
source script/stages/counts
passed=0
failed=0
for store in memory rocksdb etcd; do
  echo "-- ordinal, $store"
  add_up tests/sql/run.py --server ordinal --store "$store" tests/sql
done
echo "-- postgres"
add_up tests/sql/run.py --server postgres tests/sql/any
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
