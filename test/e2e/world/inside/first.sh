#!/usr/bin/env bash
# first.sh FOLDER - the first process of a world. When it ends the kernel ends all others and drops the world's mounts and network.
# stdin, one order a line: `start NAME` runs FOLDER/run/NAME.sh, `signal TERM NAME` signals it. When stdin ends so does the world.
# stdout, one event a line: `up`, `started NAME PID`, `signalled NAME CODE` (0 where it has come), `ended NAME CODE`, `failed WHAT`.
set -euo pipefail
folder=$1 here=$(cd "$(dirname "$0")" && pwd)
trap 'echo "failed line $LINENO of first.sh: $BASH_COMMAND"' ERR
. "$here/cgroups.sh"

# kubelet, containerd, runc and CNI write below these whatever their settings say; the machine's own stay untouched.
for place in /run /var/lib /var/log; do mount -t tmpfs none "$place"; done
mount --bind "$folder/hosts" /etc/hosts
# Nomad and etcd wait for the disk at every change; nothing here outlives the world anyway.
for place in nomad etcd; do mkdir "$folder/$place" && mount -t tmpfs -o mode=700 none "$folder/$place"; done
mount_cgroups
bash "$here/network.sh"
export TMPDIR=$folder/tmp
echo up

start() {
  setsid bash "$folder/run/$1.sh" >>"$folder/log/$1.log" 2>&1 </dev/null &
  local pid=$! code=0
  echo "$pid" >"$folder/run/$1.pid"
  echo "started $1 $pid"
  wait "$pid" || code=$?
  echo "ended $1 $code"
}

# A process is stopped once each of its threads is: on a busy machine one may still answer a request after the signal.
until_stopped() {
  local try
  for try in $(seq 500); do
    grep -hs ^State: /proc/"$1"/task/*/status | grep -qv stopped || return 0
    sleep 0.01
  done
  return 1
}

while read -r order name rest; do
  case $order in
    start) start "$name" & ;;
    signal)
      code=0
      pid=$(cat "$folder/run/$rest.pid")
      kill -s "$name" "$pid" || code=$?
      [ "$name$code" != STOP0 ] || until_stopped "$pid" || code=$?
      echo "signalled $rest $code"
      ;;
  esac
done
