# Unit tests of every room, as built for release.
source script/stages/counts
run_ctest release
