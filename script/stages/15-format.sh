# Every source file is as .clang-format says. One check a file.
mapfile -t files < <(git ls-files 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc')
bad="$(clang-format --dry-run "${files[@]}" 2>&1 | grep -oP '^[^:]+(?=:\d+:\d+: warning)' | sort -u)"
failed="$(grep -c . <<<"$bad")"
[[ $failed -gt 0 ]] && sed 's/^/not formatted: /' <<<"$bad"
echo "$((${#files[@]} - failed)) passed, $failed failed"
[[ $failed -eq 0 ]]
