# A world's own cgroup in every hierarchy, for cgroup v1, v2 and both at once: its servers see it as the root, and it goes with the world.

# The folder of this process in each hierarchy, one a line.
own_cgroups() {
  local id controllers path
  while IFS=: read -r id controllers path; do
    awk -v wanted="${controllers%%,*}" -v path="$path" '
      { for (i = 7; $i != "-"; i++); type = $(i + 1); options = "," $(i + 3) "," }
      (wanted == "" && type == "cgroup2") || (wanted != "" && type == "cgroup" && index(options, "," wanted ",")) {
        # A container shows only a part of the hierarchy: what it shows begins at field 4.
        if ($4 != "/" && index(path, $4) == 1) path = substr(path, length($4) + 1)
        sub(/\/$/, "", path); print $5 path; exit
      }' /proc/self/mountinfo
  done </proc/self/cgroup
}

# create_cgroups NAME: makes them, and prints their folders.
create_cgroups() {
  local parent file
  own_cgroups | while read -r parent; do
    mkdir "$parent/$1" || return 1
    # A v1 cpuset is empty at first, and takes no process so.
    for file in cpuset.cpus cpuset.mems; do
      [ -e "$parent/cgroup.controllers" ] || [ ! -e "$parent/$file" ] || cat "$parent/$file" >"$parent/$1/$file"
    done
    echo "$parent/$1"
  done
}

# enter_cgroups LIST: this shell, and all that it starts.
enter_cgroups() {
  local folder
  while read -r folder; do echo "$BASHPID" >"$folder/cgroup.procs" || return 1; done <"$1"
}

# leave_root LIST: in v2 a cgroup that has processes of its own gives no controllers to its children.
leave_root() {
  local folder
  while read -r folder; do
    [ -e "$folder/cgroup.controllers" ] || continue
    mkdir -p "$folder/servers" && echo "$$" >"$folder/servers/cgroup.procs"
    for controller in $(cat "$folder/cgroup.controllers"); do echo "+$controller" >"$folder/cgroup.subtree_control" || true; done
  done <"$1" 2>/dev/null
}

# mount_cgroups: inside, what this process may see of them, at the usual place.
mount_cgroups() {
  local id controllers path hybrid=
  mount -t tmpfs -o mode=755 none /sys/fs/cgroup
  ! grep -qv '^0::' /proc/self/cgroup || hybrid=/unified
  while IFS=: read -r id controllers path; do
    case $controllers in
      '') mkdir -p "/sys/fs/cgroup$hybrid" && mount -t cgroup2 none "/sys/fs/cgroup$hybrid" ;;
      name=*) mkdir "/sys/fs/cgroup/${controllers#name=}" && mount -t cgroup -o "none,$controllers" none "/sys/fs/cgroup/${controllers#name=}" ;;
      *)
        mkdir "/sys/fs/cgroup/$controllers" && mount -t cgroup -o "$controllers" none "/sys/fs/cgroup/$controllers"
        [ "${controllers/,/}" = "$controllers" ] || for one in ${controllers//,/ }; do ln -s "$controllers" "/sys/fs/cgroup/$one"; done
        ;;
    esac
  done </proc/self/cgroup
}

# remove_cgroups LIST: the processes are dead; the kernel may need a moment to see it.
remove_cgroups() {
  local folder left try
  for try in $(seq 100); do
    left=
    while read -r folder; do
      [ ! -d "$folder" ] || find "$folder" -depth -type d -exec rmdir {} \; 2>/dev/null
      [ ! -d "$folder" ] || left=1
    done <"$1"
    [ -n "$left" ] || return 0
    sleep 0.05
  done
  echo "cgroups could not be removed, see $1" >&2
}
