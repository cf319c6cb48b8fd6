# The test harness itself, and the checkers of histories.
passed=0
failed=0
for test in tests/harness/*_test.py tests/cluster/*_test.py; do
  report="$(python3 "$test" 2>&1)"
  total="$(grep -oP '^Ran \K[0-9]+' <<<"$report")"
  bad="$(grep -oP '(failures|errors)=\K[0-9]+' <<<"$report" | awk '{sum += $1} END {print sum + 0}')"
  if [[ -z "$total" ]]; then total=1 bad=1; fi
  [[ $bad -gt 0 ]] && echo "$report"
  passed=$((passed + total - $bad))
  failed=$((failed + $bad))
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
