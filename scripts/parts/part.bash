# shellcheck shell=bash
# What every script that runs a real part shares: where its state lies, which ports are free, how a process
# is started, watched and ended. Sourced, never run.
#
# Promises: a process is ended only if this project started it (its pid file also holds the time at which it
# started, so a pid that the system has given to somebody else is left alone); results go to stdout, progress
# and faults to stderr. Must not know: what the parts are.

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scripts=$project/scripts
run_dir=${HEARTH_RUN:-$project/.run}
cache_dir=${HEARTH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hearth}
# Read by the scripts that source this file.
export scripts cache_dir run_dir
me=${0##*/}

say() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { say "$*"; exit 1; }

# The comment at the head of the running script is its help.
help() { sed -n '2,/^[^#]/{ s/^#$//p; s/^# //p; }' "$scripts/$me"; }

# value FLAG [VALUE]: VALUE, or an end with a sentence when it is missing or looks like the next flag.
value() {
    [[ $# -ge 2 && $2 != -* ]] || die "$1 needs a value (see $me -h)"
    printf '%s\n' "$2"
}

# java_17: a Java of the version that Cassandra 5.0 is made for; status 1 if there is none.
java_17() {
    local java
    for java in java /usr/lib/jvm/java-17-*/bin/java; do
        if [[ $("$java" -version 2>&1 || true) =~ version\ \"17[.\"] ]]; then printf '%s\n' "$java"; return; fi
    done
    return 1
}

# python_2_7: a CPython 2.7 that has pip, on which Autobahn's suite runs; status 1 if there is none. A shim of pyenv
# may be found first that leads nowhere: so each is asked.
python_2_7() {
    local python
    for python in python2.7 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/2.7*/bin/python2.7; do
        if [[ $("$python" -c 'import pip, platform; print(platform.python_implementation())' 2>/dev/null) = CPython ]]; then
            printf '%s\n' "$python"
            return
        fi
    done
    return 1
}

# number WORD VALUE: VALUE if it is a positive number.
number() {
    [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || die "$1 must be a positive number, not '${2:-}'"
    printf '%s\n' "$2"
}

# --- ports -----------------------------------------------------------------------------------------------

# taken IP PORT: whether somebody listens there.
taken() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# free_port [ABOVE] IP…: a port on which nobody listens on any of the addresses. Taken by chance from a range
# below the kernel's own for outgoing connections, so that neither they nor a second run come in between.
# With ABOVE (say +10000) the port that much higher is free too.
free_port() {
    local above='' ip port
    [[ $1 != +* ]] || { above=${1#+}; shift; }
    for _ in {1..200}; do
        port=$((10000 + RANDOM % 10000))
        for ip; do
            ! taken "$ip" "$port" || continue 2
            [[ ! $above ]] || ! taken "$ip" $((port + above)) || continue 2
        done
        printf '%s\n' "$port"
        return
    done
    die "found no free port on $*"
}

# --- processes -------------------------------------------------------------------------------------------

# born PID: the moment at which that process started, in the kernel's ticks; nothing if there is none, or if
# it has ended and only its entry is left. One whose main thread has ended but others not still holds its ports.
born() {
    local stat threads
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    stat=${stat##*) }    # the command's name, before it, may hold blanks
    if [[ $stat = [ZX]* ]]; then
        threads=("/proc/$1/task/"*)
        [[ ${#threads[@]} -gt 1 ]] || return 1
    fi
    cut -d' ' -f20 <<<"$stat"
}

# launch PIDFILE LOG COMMAND…: starts COMMAND in a session of its own (Ctrl-C in the terminal does not reach
# it), with stdout and stderr appended to LOG, and keeps none of this script's descriptors open.
launch() {
    local pid_file=$1 log=$2 pid
    shift 2
    setsid "$@" >>"$log" 2>&1 </dev/null 3>&- 8>&- 9>&- &
    pid=$!
    disown "$pid"
    printf '%s %s\n' "$pid" "$(born "$pid" || echo 0)" >"$pid_file"
}

# adopt PIDFILE PID: for a part that makes itself a daemon.
adopt() { printf '%s %s\n' "$2" "$(born "$2" || echo 0)" >"$1"; }

# pid_of PIDFILE: the process's id if it still lives and is the one that was started; else status 1.
pid_of() {
    local pid ticks
    [[ -s $1 ]] && read -r pid ticks <"$1" && [[ $(born "$pid") = "$ticks" ]] || return 1
    printf '%s\n' "$pid"
}
alive() { pid_of "$1" >/dev/null; }

# state_of PIDFILE: running, paused or dead.
state_of() {
    local pid
    pid=$(pid_of "$1") || { echo dead; return; }
    case $(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null) in
        T*) echo paused ;;
        *) echo running ;;
    esac
}

# signal PIDFILE SIGNAL: status 1 if there is nothing to send it to.
signal() {
    local pid
    pid=$(pid_of "$1") && kill -s "$2" "$pid" 2>/dev/null
}

# end PIDFILE [SECONDS]: TERM (and CONT, or a paused one would never hear it), then KILL after SECONDS; returns
# when it is gone.
end() {
    local i tries=$((${2:-10} * 20))
    if signal "$1" TERM; then
        signal "$1" CONT || true
        for ((i = 0; i < tries; i++)); do
            alive "$1" || break
            sleep 0.05
        done
        ! alive "$1" || { signal "$1" KILL || true; gone "$1"; }
    fi
    rm -f "$1"
}

# gone PIDFILE: waits for a killed process to be gone (the kernel may still be writing its pages).
gone() {
    for _ in {1..600}; do
        alive "$1" || return 0
        sleep 0.05
    done
    die "process $(pid_of "$1") does not end"
}

# until_true SECONDS COMMAND…: tries until it succeeds; status 1 when the time is over.
until_true() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

# tail_of LOG [LINES]: the log's end, for whoever must find the cause.
tail_of() {
    [[ -s $1 ]] || { say "$1 is empty"; return; }
    say "the last lines of $1:"
    tail -n "${2:-25}" "$1" | sed 's/^/    /' >&2
}
