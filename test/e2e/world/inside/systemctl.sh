# The systemctl of the host "hestia", which knows one unit: nomad.service, the real agent of this world. Its file is written by systemd.ts,
# which puts `folder=FOLDER` before these lines. Words and codes are those of systemd 252; what it does not know it refuses.
set -u
export LC_ALL=C
name=nomad.service
unit=$folder/hestia/etc/systemd/system/$name
enabled=$folder/run/$name.enabled
pidfile=$folder/run/nomad.pid

properties= verb= words=() runtime=no
while [ $# -gt 0 ]; do
  case $1 in
    --no-pager | --no-ask-password | --quiet | -q) ;;
    --property=*) properties=${1#--property=} ;;
    -p) properties=$2 && shift ;;
    --) ;;
    --runtime) runtime=yes ;;
    -*) echo "systemctl: unrecognized option '$1'" >&2 && exit 1 ;;
    *) if [ -z "$verb" ]; then verb=$1; else words+=("$1"); fi ;;
  esac
  shift
done
[ "${#words[@]}" = 1 ] || { echo "501: this systemctl takes one unit" >&2 && exit 1; }
asked=${words[0]}
case $asked in *.service) ;; *) asked=$asked.service ;; esac

# The pid of the agent; nothing where it does not run. A pid that was given again is no agent.
running() {
  local pid
  pid=$(cat "$pidfile" 2>/dev/null) || return 1
  grep -qs nomad "/proc/$pid/comm" && ! grep -qs '^State:.Z' "/proc/$pid/status" && echo "$pid"
}
is_root() {
  [ "$(id -u)" = 0 ] && return
  echo "Failed to $verb $asked: Interactive authentication required." >&2
  echo "See system logs and 'systemctl status $asked' for details." >&2
  exit 1
}
property() {
  local pid
  pid=$(running)
  case $1 in
    Id) echo "$asked" ;;
    LoadState) [ "$asked" = $name ] && echo loaded || echo not-found ;;
    ActiveState) [ "$asked" = $name ] && [ -n "$pid" ] && echo active || echo inactive ;;
    SubState) [ "$asked" = $name ] && [ -n "$pid" ] && echo running || echo dead ;;
    UnitFileState) [ "$asked" != $name ] || { [ -e "$enabled" ] && echo enabled || echo disabled; } ;;
    MainPID) [ "$asked" = $name ] && echo "${pid:-0}" || echo 0 ;;
    FragmentPath) [ "$asked" != $name ] || echo "/etc/systemd/system/$name" ;;
    ExecStart)
      command=$(sed -n 's/^ExecStart=//p' "$unit")
      echo "{ path=${command%% *} ; argv[]=$command ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }"
      ;;
    *) echo "501: this systemctl knows no property $1" >&2 && exit 1 ;;
  esac
}
missing() { # TEXT
  [ "$asked" != $name ] || return 0
  echo "$1" >&2
  exit "${2:-1}"
}

case $verb in
  show)
    IFS=,
    for each in $properties; do
      [ "$asked" = $name ] || [ "$each" != ExecStart ] || continue
      printf '%s=%s\n' "$each" "$(IFS=' ' && property "$each")"
    done
    ;;
  cat)
    missing "No files found for $asked."
    printf '# /etc/systemd/system/%s\n' "$name"
    cat "$unit"
    ;;
  is-active)
    property ActiveState
    [ "$(property ActiveState)" = active ] || exit 3
    ;;
  is-enabled)
    missing "Failed to get unit file state for $asked: No such file or directory"
    property UnitFileState
    [ "$(property UnitFileState)" = enabled ] || exit 1
    ;;
  enable | disable)
    missing "Failed to $verb unit: Unit file $asked does not exist."
    is_root
    [ $runtime = no ] || exit 0 # Nothing of it is below /run.
    if [ "$verb" = enable ]; then touch "$enabled"; else rm -f "$enabled"; fi
    ;;
  stop)
    missing "Failed to stop $asked: Unit $asked not loaded." 5
    is_root
    pid=$(running) || exit 0
    # As the unit says: KillSignal=SIGINT, KillMode=process, TimeoutStopSec=90.
    kill -s INT "$pid"
    for _ in $(seq 900); do running >/dev/null || exit 0; sleep 0.1; done
    kill -s KILL "$pid"
    ;;
  start)
    missing "Failed to start $asked: Unit $asked not found." 5
    is_root
    ! running >/dev/null || exit 0
    setsid bash "$folder/run/nomad.sh" >>"$folder/log/nomad.log" 2>&1 </dev/null &
    echo $! >"$pidfile"
    ;;
  *) echo "Unknown command verb $verb." >&2 && exit 1 ;;
esac
