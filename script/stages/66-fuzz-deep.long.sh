# Runs each fuzz target for ten minutes, from all that earlier runs found worth keeping.
FUZZ_SECONDS=600 exec bash script/stages/65-fuzz.sh
