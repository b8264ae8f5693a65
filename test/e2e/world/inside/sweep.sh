#!/usr/bin/env bash
# sweep.sh FOLDER… - removes what worlds left whose supervisor was killed too: only where nobody holds the lock.
set -uo pipefail
. "$(dirname "$0")/cgroups.sh"
for folder in "$@"; do
  [ -e "$folder/alive" ] && flock --nonblock "$folder/alive" true || continue
  remove_cgroups "$folder/cgroups"
  rm -rf "$folder"
done
