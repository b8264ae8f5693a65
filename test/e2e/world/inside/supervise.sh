#!/usr/bin/env bash
# supervise.sh FOLDER - outside the world: starts its first process, waits until it has ended, and removes what the kernel does not.
# stdin is the world's life line: the test holds its other end, so the world ends with the test, however that ends.
set -uo pipefail
folder=$1 here=$(cd "$(dirname "$0")" && pwd)
. "$here/cgroups.sh"

# A lock that is held for as long as anything of the world lives: a folder whose lock is free may be swept.
exec 9>"$folder/alive.new"
flock 9 && mv "$folder/alive.new" "$folder/alive"

create_cgroups "$(basename "$folder")" >"$folder/cgroups" || exit 1
(
  enter_cgroups "$folder/cgroups"
  exec unshare --cgroup -- bash -c '. "$1/cgroups.sh"; leave_root "$2/cgroups"
    exec unshare --net --pid --mount --fork --kill-child --mount-proc -- bash "$1/first.sh" "$2"' - "$here" "$folder"
)
code=$?
exec 9>&- </dev/null
[ -z "${JMC_WORLD_LOGS:-}" ] || { mkdir -p "$JMC_WORLD_LOGS" && cp -r "$folder/log" "$JMC_WORLD_LOGS/$(basename "$folder")"; }
remove_cgroups "$folder/cgroups"
rm -rf "$folder"
exit "$code"
