# Tries a program that asks for the first page of a list: first_page PROGRAM...
# Each is given the URL of a server that has it, of none, and of no kind.

first_page() {
    local doors url program code
    coproc standin { exec python3 tests/server/standin --json --exit-with-stdin; }
    read -r -t 20 -u "${standin[0]}" doors
    url=$(sed 's/.*"http": "\([^"]*\)".*/\1/' <<<"$doors")
    for program in "$@"; do
        API_KEY=sk-1 "$program" "$url" >"$work/said.txt"
        grep -q '^{"total_search_result_count":95,' "$work/said.txt"
        code=0
        API_KEY=sk-1 "$program" http://127.0.0.1:1 >"$work/said.txt" 2>&1 || code=$?
        [ "$code" = 1 ]
        grep -q 'failed: transport' "$work/said.txt"
        code=0
        API_KEY=sk-1 "$program" ftp://127.0.0.1:1 >"$work/said.txt" 2>&1 || code=$?
        [ "$code" = 2 ]
        grep -q 'base_url: expected' "$work/said.txt"
    done
    exec {standin[1]}>&-
}
