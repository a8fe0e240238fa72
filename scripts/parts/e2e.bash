# shellcheck shell=bash disable=SC2154 # run_dir and scripts come from part.bash, sourced before
# What the end-to-end scripts share: checks that are counted, and the documented lines. Sourced, never run.
#
# Promises: every check prints one line, and what went wrong under it; the last line is `N passed, N failed`. Must not
# know: how the servers are run.

passed=0 failed=0

# check NAME COMMAND…: runs the command; its output is shown only if it fails.
check() {
    local title=$1 output status began=$SECONDS
    shift
    # Not inside a condition: there a function would go on after a failed command.
    set +e
    output=$(set -e; "$@" 2>&1 </dev/null)
    status=$?
    set -e
    if [[ $status = 0 ]]; then
        passed=$((passed + 1))
        printf 'ok    %s (%s s)\n' "$title" $((SECONDS - began))
    else
        failed=$((failed + 1))
        printf 'FAIL  %s\n' "$title"
        # Without the frames of a panic: the sentence above them says it.
        grep -v '^ *[0-9]*: \|^ *at /' <<<"$output" | tail -n 40 | sed 's/^/      /'
    fi
}

# outcome: the last line; status 0 only if all passed.
outcome() {
    printf '%s passed, %s failed\n' "$passed" "$failed"
    [[ $failed = 0 ]]
}

# python: the virtualenv's, with the clients of requirements.txt.
python() { "$run_dir/venv/bin/python" "$@"; }

# said STATUS BODY CURL-ARG…: curl's answer must have this status, and a body in which BODY (a pattern) lies.
said() {
    local status=$1 body=$2 answer
    shift 2
    answer=$(curl -sS -m 20 -w '\n%{http_code}' "$@")
    # shellcheck disable=SC2053 # a pattern on purpose
    [[ ${answer##*$'\n'} = "$status" && ${answer%$'\n'*} = $body ]] ||
        { printf 'expected %s %s, got:\n%s\n' "$status" "$body" "$answer"; return 1; }
}

# documented URL SUFFIX: the specification's four curl lines as it prints them, with the address of the server in
# place of http://localhost, and SUFFIX behind the names where somebody has run them before.
documented() {
    local url=$1 suffix=$2
    said 202 '{"message":"User created"}' -X POST "$url/signin" \
        -H "Content-Type: application/json" \
        -d '{"username":"user1'"$suffix"'"}'
    said 202 '{"id":"*","name":"user1'"$suffix"'"}' -X POST "$url/login" \
        -H "Content-Type: application/json" \
        -d '{"id":"user1'"$suffix"'"}'
    said 200 '{"message":"done"}' -X POST "$url/create" \
        -H "Content-Type: application/json" \
        -d '{"name":"room1'"$suffix"'"}'
    said 200 '{"message":"room joined"}' -X POST "$url/join" \
        -H "Content-Type: application/json" \
        -d '{"name":"room1'"$suffix"'","user":"user1'"$suffix"'"}'
}

# suffix URL: nothing if nobody has run the lines here, else something new.
suffix() {
    local status
    status=$(curl -sS -m 20 -o /dev/null -w '%{http_code}' -X POST "$1/login" \
        -H "Content-Type: application/json" -d '{"id":"user1"}')
    [[ $status = 404 ]] || printf -- '-%s\n' "$(date +%s)"
}

# wrong URL: what is wrong is told with its status, and never as done.
wrong() {
    local json=(-H "Content-Type: application/json") url=$1
    said 400 '*"message":*' -X POST "$url/signin" "${json[@]}" -d '{"username":""}'
    said 400 '*"message":*' -X POST "$url/signin" "${json[@]}" -d '{'
    said 415 '*"message":*' -X POST "$url/signin" -H 'Content-Type: text/plain' -d '{"username":"x"}'
    said 404 '*"invalid user"*' -X POST "$url/login" "${json[@]}" -d '{"id":"nobody-at-all"}'
    said 404 '*"message":*' -X POST "$url/join" "${json[@]}" -d '{"name":"nowhere-at-all","user":"nobody-at-all"}'
    said 426 '*"message":*' "$url/ws?id=nobody-at-all"
    said 200 '{"status":"ok"}' "$url/health"
    said 200 '{"message":"server started"}' "$url/"
    said 200 '<!doctype html>*' -H 'Accept: text/html' "$url/"
}

# client URL: whoever opens the address in a browser gets the web client, and its script comes compressed, to be kept for good.
client() {
    local script head
    script=$(curl -sS -m 20 -H 'Accept: text/html' "$1/" | grep -o '/assets/first-[^"]*\.js' | head -n 1) ||
        { echo 'the page is not the client: the server was built without it (scripts/web build comes before cargo build)'; return 1; }
    head=$(curl -sS -m 20 -o /dev/null -D - -H 'Accept-Encoding: gzip' "$1$script")
    printf '%s\n' "$head"
    grep -qi '^content-encoding: gzip' <<<"$head" && grep -qi '^cache-control:.*immutable' <<<"$head"
}

# two_people URL_A URL_B: the documented frames between two users, on the servers given.
two_people() {
    local run json=(-H "Content-Type: application/json") user
    run=$(date +%s%N)
    for user in "a$run" "b$run"; do
        said 202 '*' -X POST "$1/signin" "${json[@]}" -d '{"username":"'"$user"'"}'
    done
    said 200 '*' -X POST "$1/create" "${json[@]}" -d '{"name":"r'"$run"'"}'
    for user in "a$run" "b$run"; do
        said 200 '*' -X POST "$1/join" "${json[@]}" -d '{"name":"r'"$run"'","user":"'"$user"'"}'
    done
    python "$scripts/docker-chat.py" "${1/#http/ws}" "a$run" "${2/#http/ws}" "b$run" "r$run"
}

# with_password URL: somebody comes in by a password, by a wrong one not, and sets another. What nobody else is to know of
# it stands in $state/secrets from then on, for `quiet`.
with_password() {
    local json=(-H "Content-Type: application/json") name old new token next
    name=p$(date +%s%N)
    old="old heron of $name" new="new heron of $name"
    token=$(curl -sS -m 20 -X POST "$1/api/v1/signup" "${json[@]}" -d '{"name":"'"$name"'","password":"'"$old"'"}' | jq -er .token) &&
        said 401 '*' -X POST "$1/api/v1/login" "${json[@]}" -d '{"name":"'"$name"'","password":"'"$new"'"}' &&
        next=$(curl -sS -m 20 -X PUT "$1/api/v1/password" "${json[@]}" -H "Authorization: Bearer $token" \
            -d '{"current_password":"'"$old"'","new_password":"'"$new"'"}' | jq -er .token) &&
        said 401 '*' "$1/api/v1/me" -H "Authorization: Bearer $token" &&
        said 200 '*' "$1/api/v1/me" -H "Cookie: hearth_session=$next" &&
        said 200 '*' -X POST "$1/api/v1/login" "${json[@]}" -d '{"name":"'"$name"'","password":"'"$new"'"}' &&
        printf '%s\n' "$old" "$new" "$token" "$next" >>"$state/secrets"
}

# quiet LOG…: none of them has what was said, neither the words of the clients above nor those of the conversations that
# were replayed, nor what `with_password` has kept.
quiet() {
    local said
    [[ -s $state/secrets ]] || { echo 'nobody has come in by a password'; return 1; }
    said=$(printf '%s\n' 'to all, ' 'to you, ' 'missed 1'
        cat "$state/secrets"
        sed -n 's/^\[[0-9:]*\] <[^>]*> \(.\{40,60\}\).*/\1/p' "$project"/testdata/irc/*.log)
    [[ $(wc -l <<<"$said") -gt 1000 && -s $1 ]] || { echo "nothing to look for, or nowhere: $*"; return 1; }
    ! grep -n -F -f <(printf '%s\n' "$said") "$@"
}
