# Builds the release preset and runs the unit tests.
. script/stages/lib-ctest.sh
run_unit_tests release
