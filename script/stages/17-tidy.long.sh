# clang-tidy over every source file that the release preset compiles.
if ! cmake --preset release >/dev/null; then
  echo "0 passed, 1 failed"
  exit 1
fi
report="$(mktemp)"
trap 'rm -f "$report"' EXIT
mapfile -t files < <(git ls-files 'src/*.cc')
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy -p build/release --quiet >"$report" 2>/dev/null
grep -E '(error|warning):' "$report" | sort -u
failed="$(grep -E '(error|warning):' "$report" | cut -d: -f1 | sort -u | wc -l)"
echo "$((${#files[@]} - failed)) passed, $failed failed"
[[ $failed -eq 0 ]]
