#!/usr/bin/env bash
# peer.sh [run|rollback] - the migration of jayne-martin-counselling as a careful operator would script it for this one site, without jmc-migrate:
# apply, roll out, ask the Ingress as the edge does, edit dynamic_conf.yml over ssh, watch, stop the Nomad job, purge it.
# Where it fails before the job is stopped it takes its router out again. It may be run again after it was killed.
# Needs kubectl, curl, ssh, jq and yq (Debian's, which speaks jq). Its waits are those of plans/jayne-martin-counselling.yaml.
set -euo pipefail

: "${NOMAD_ADDR:?}" "${NOMAD_TOKEN:?}"
NAMESPACE=${NAMESPACE:-default}
MANIFESTS=${MANIFESTS:-fixtures/jayne-martin-counselling/kubernetes}
DEPLOYMENT=jayne-martin-counselling
JOB=jayne-martin-counselling
NOMAD_NAMESPACE=${NOMAD_NAMESPACE:-jaynemartincounselling-prod}

HOST=www.jaynemartincounselling.co.uk
TEXT='Jayne Martin'
VISITORS=${VISITORS:-192.168.1.5:443}       # where visitors connect
INGRESS=${INGRESS:-192.168.1.5:30443}       # the edge's host.docker.internal:30443, as its host reaches it
EDGE=${EDGE:-hestia}                        # an alias of ssh_config
DYNAMIC=${DYNAMIC:-/mnt/docker/traefik/traefik/dynamic_conf.yml}
TRAEFIK_API=${TRAEFIK_API:-127.0.0.1:8080}  # on that host
ROUTER=k8s-jmc
RULE="Host(\`$HOST\`)"
PRIORITY=1000
HOLD=${HOLD:-300}                           # seconds of the soak, and between its looks
HOLD_INTERVAL=${HOLD_INTERVAL:-5}
TOLERATED=2

WORK=${WORK:-./peer-work}                   # backups and the log
mkdir -p "$WORK"
exec 8>"$WORK/lock"
flock -w 5 8 || { echo 'another peer.sh is at work' >&2; exit 6; }
private=$(mktemp -d /tmp/peer.XXXXXX)
routed='' stopped='' why=''

say() { printf '%s %s\n' "$EPOCHREALTIME" "$*" | tee -a "$WORK/log"; }
fail() { why=$*; say "FAILED $*"; exit 1; }

# One login for all of it, and Traefik's API through it. It ends by itself when nobody has used it for a while. 8>&-: it must not hold our lock.
connect() {
  ssh ${SSH_CONFIG:+-F "$SSH_CONFIG"} -fN -o BatchMode=yes -o ConnectTimeout=10 -o ExitOnForwardFailure=yes -o ControlMaster=yes \
    -o ControlPath="$private/ssh" -o ControlPersist=30 -L "$private/api:$TRAEFIK_API" "$EDGE" 8>&- </dev/null >/dev/null 2>&1
}
on_edge() { timeout 30 ssh ${SSH_CONFIG:+-F "$SSH_CONFIG"} -o BatchMode=yes -o ControlPath="$private/ssh" "$EDGE" "$@"; }
traefik() { curl -sSf --max-time 5 --unix-socket "$private/api" "http://traefik/api/$1"; }
nomad_api() {
  local path=$1
  shift
  curl -sS --fail-with-body --max-time 30 -H "X-Nomad-Token: $NOMAD_TOKEN" "$@" "$NOMAD_ADDR/v1/$path"
}

# --- what is looked at; each is silent, and true or false ---
visitor_is_answered() {
  local answer
  answer=$(curl -sS --max-time 5 ${CA:+--cacert "$CA"} --connect-to "$HOST:443:$VISITORS" -w '\n%{http_code}' "https://$HOST/" 2>/dev/null) &&
    [[ ${answer##*$'\n'} == 200 && $answer == *"$TEXT"* ]]
}
ingress_answers() { # from the edge's host, with its name, its Host header and its trust (insecureSkipVerify)
  local answer
  answer=$(on_edge curl -sk --max-time 5 --connect-to "host.docker.internal:30443:$INGRESS" -H "'Host: $HOST'" \
    -w "'\n%{http_code}'" https://host.docker.internal:30443/ </dev/null) &&
    [[ ${answer##*$'\n'} == 200 && $answer == *"$TEXT"* ]]
}
our_router_wins() { # enabled, as we wrote it, and above every other router of that host
  traefik 'http/routers?per_page=1000' | jq -e --arg name "$ROUTER@file" --arg rule "$RULE" --arg host "\`$HOST\`" '
    [.[] | select(.status == "enabled" and (.rule | contains($host)))] | max_by(.priority)
    | .name == $name and .rule == $rule and .service == "to-k8s-traefik"' >/dev/null
}
router_is_gone() { traefik 'http/routers?per_page=1000' | jq -e --arg name "$ROUTER@file" 'all(.name != $name)' >/dev/null; }
old_router_serves() { traefik 'http/routers?per_page=1000' | jq -e 'any(.name == "jmc@consulcatalog" and .status == "enabled")' >/dev/null; }
deployment_is_ready() {
  [[ $(kubectl -n "$NAMESPACE" get deployment "$DEPLOYMENT" -o 'jsonpath={.status.readyReplicas}/{.spec.replicas}') =~ ^([1-9][0-9]*)/\1$ ]]
}
job_runs() {
  nomad_api "job/$JOB/allocations?namespace=$NOMAD_NAMESPACE" |
    jq -e 'any(.ClientStatus == "running" and .DesiredStatus == "run" and .DeploymentStatus.Healthy)' >/dev/null
}
job_has_ended() {
  nomad_api "job/$JOB?namespace=$NOMAD_NAMESPACE" | jq -e .Stop >/dev/null &&
    nomad_api "job/$JOB/allocations?namespace=$NOMAD_NAMESPACE&all=true" |
    jq -e 'all(.ClientStatus == "complete" or .ClientStatus == "failed")' >/dev/null
}
job_is_gone() {
  [[ $(curl -sS -o /dev/null -w '%{http_code}' --max-time 5 -H "X-Nomad-Token: $NOMAD_TOKEN" \
    "$NOMAD_ADDR/v1/job/$JOB?namespace=$NOMAD_NAMESPACE") == 404 ]]
}
switched() { our_router_wins && visitor_is_answered; }
all_is_well() { visitor_is_answered && our_router_wins && deployment_is_ready && job_runs; }

# until_passes TIMES INTERVAL TIMEOUT CHECK: that many in a row, seconds apart.
until_passes() {
  local times=$1 interval=$2 deadline=$((SECONDS + $3)) in_a_row=0
  for (( ; ; )); do
    if "$4"; then in_a_row=$((in_a_row + 1)); else in_a_row=0; fi
    [ "$in_a_row" -lt "$times" ] || return 0
    [ "$in_a_row" -gt 0 ] || [ "$SECONDS" -lt "$deadline" ] || fail "not within $3 s: $4"
    sleep "$interval" 8>&-
  done
}
holds() { # for $HOLD seconds, a few hiccups tolerated
  local wrong=0 until=$((${EPOCHREALTIME/./} + HOLD * 1000000))
  for (( ; ; )); do
    if all_is_well; then
      [ "${EPOCHREALTIME/./}" -lt "$until" ] || return 0
    else
      wrong=$((wrong + 1))
      say "soak: wrong answer $wrong"
      [ "$wrong" -le "$TOLERATED" ] || fail "soak: $wrong wrong answers"
    fi
    sleep "$HOLD_INTERVAL" 8>&-
  done
}

# --- the edge's file. yq would lose its comments and anchors: the text is edited, and yq proves that only our router differs ---
with_router() {
  awk -v name="$ROUTER" -v rule="$RULE" -v priority="$PRIORITY" '
    { print }
    /^ *routers: *(#.*)?$/ && !done { at = match($0, /[^ ]/) + 3; done = 1
      i = sprintf("%*s", at, ""); f = i "    "
      print i "# begin " name " (peer.sh)"
      print i name ":"; print f "rule: " rule; print f "entryPoints: [websecure]"
      print f "service: to-k8s-traefik"; print f "priority: " priority; print f "tls: {}"
      print i "# end " name " (peer.sh)" }' "$1"
}
without_router() { sed "/# begin $ROUTER (peer.sh)/,/# end $ROUTER (peer.sh)/d" "$1"; }
has_router() { grep -q "# begin $ROUTER (peer.sh)" "$1"; }
same_but_for_router() { # OLD NEW
  [[ $(yq -cS --arg r "$ROUTER" 'del(.http.routers[$r])' "$1" "$2" | uniq | wc -l) == 1 ]]
}
# replace OLD NEW: only where the host's file is still OLD, by a rename; beside it under a name that Traefik ignores; what it was stays in the home folder.
replace() {
  local before after
  before=$(sha256sum <"$1") after=$(sha256sum <"$2")
  # shellcheck disable=SC2029
  on_edge "set -eu; f='$DYNAMIC'; t=\$f.tmp.\$\$; trap 'rm -f \"\$t\"' EXIT; cat >\"\$t\"
    [ \"\$(sha256sum <\"\$t\")\" = '$after' ]; chmod --reference=\"\$f\" \"\$t\"; sync \"\$t\"
    exec 9<\"\${f%/*}\"; flock -w 10 9
    [ \"\$(sha256sum <\"\$f\")\" = '$before' ] || { echo 'somebody else has changed the file' >&2; exit 1; }
    cp -p \"\$f\" \"\$HOME/dynamic_conf.before-$ROUTER.yml\"
    mv -f \"\$t\" \"\$f\"" <"$2"
}
route() {
  on_edge cat "$DYNAMIC" </dev/null >"$private/old.yml"
  if has_router "$private/old.yml"; then
    say 'the router is there already'
    routed=1
    return
  fi
  cp "$private/old.yml" "$WORK/dynamic_conf.before.yml"
  with_router "$private/old.yml" >"$private/new.yml"
  same_but_for_router "$private/old.yml" "$private/new.yml" || fail 'the edit would change more than our router'
  routed=1
  replace "$private/old.yml" "$private/new.yml" || fail 'the edge file could not be written'
  say 'the router is written'
}
unroute() {
  on_edge cat "$DYNAMIC" </dev/null >"$private/old.yml"
  if has_router "$private/old.yml"; then
    without_router "$private/old.yml" >"$private/new.yml"
    same_but_for_router "$private/old.yml" "$private/new.yml" || fail 'the edit would change more than our router'
    replace "$private/old.yml" "$private/new.yml" || fail 'the edge file could not be written'
    say 'the router is taken out'
  fi
  until_passes 10 0.1 30 back_on_nomad
}
back_on_nomad() { router_is_gone && visitor_is_answered; }

at_exit() {
  local code=$?
  trap - EXIT
  if [ "$code" != 0 ] && [ -n "$routed" ] && [ -z "$stopped" ]; then
    say "rolling the router back (${why:-error $code})"
    if job_runs && (routed='' && unroute); then say 'visitors are back on Nomad'; else say 'COULD NOT ROLL BACK: look at the edge'; fi
  fi
  ssh ${SSH_CONFIG:+-F "$SSH_CONFIG"} -o ControlPath="$private/ssh" -O exit "$EDGE" >/dev/null 2>&1 || true
  rm -rf "$private"
  exit "$code"
}
trap at_exit EXIT
trap 'why=interrupted; exit 130' INT TERM HUP

# Stands for: it was stopped by us or is gone, with its JSON on disk.
job_is_over() { job_is_gone || nomad_api "job/$JOB?namespace=$NOMAD_NAMESPACE" | jq -e .Stop >/dev/null; }

check() {
  connect || fail "no login at $EDGE"
  kubectl apply --server-side --field-manager=peer --dry-run=server -n "$NAMESPACE" -f "$MANIFESTS" >/dev/null || fail 'the manifests are refused'
  job_is_over || job_runs || fail 'the job does not run'
  traefik http/services/to-k8s-traefik@file | jq -e '.status == "enabled"' >/dev/null || fail 'the edge has no service to-k8s-traefik'
  visitor_is_answered || fail 'the site is not answered as it should be'
  say 'checked'
}

run() {
  check
  [ -n "$(kubectl get -n "$NAMESPACE" -f "$MANIFESTS" --ignore-not-found -o name)" ] || touch "$WORK/objects-are-ours"
  kubectl apply --server-side --field-manager=peer -n "$NAMESPACE" -f "$MANIFESTS" >/dev/null
  say 'applied'
  kubectl rollout status -n "$NAMESPACE" "deployment/$DEPLOYMENT" --timeout=300s >/dev/null
  say 'rolled out'
  until_passes 3 1 60 ingress_answers
  say 'the Ingress answers'

  route
  until_passes 10 0.1 30 switched
  say 'the router is loaded and wins'
  until_passes 5 1 60 visitor_is_answered
  say 'visitors are on Kubernetes'
  if ! job_is_over; then
    holds
    say 'soaked'
    nomad_api "job/$JOB?namespace=$NOMAD_NAMESPACE" >"$WORK/job.json.new"
    mv "$WORK/job.json.new" "$WORK/job.json"
  fi

  visitor_is_answered && our_router_wins || fail 'visitors are not on Kubernetes: the job is not stopped'
  stopped=1
  if ! job_is_gone; then
    nomad_api "job/$JOB?namespace=$NOMAD_NAMESPACE" -X DELETE >/dev/null
    say 'the job is stopped'
    until_passes 1 0.2 300 job_has_ended
    until_passes 2 1 120 stopped_well
    say 'its allocations have ended'
    nomad_api "job/$JOB?namespace=$NOMAD_NAMESPACE&purge=true" -X DELETE >/dev/null
  fi
  until_passes 2 0.5 30 gone_well
  say 'DONE: the job is purged, visitors are on Kubernetes'
}
stopped_well() { job_has_ended && visitor_is_answered; }
gone_well() { job_is_gone && visitor_is_answered; }

rollback() {
  connect || fail "no login at $EDGE"
  if job_is_over; then
    [ -s "$WORK/job.json" ] || fail 'there is no saved job'
    jq '{Job: (. + {Stop: false})}' "$WORK/job.json" | nomad_api jobs -X POST -d @- >/dev/null
    say 'the job is registered again'
    until_passes 2 1 300 job_runs
    until_passes 1 0.2 60 old_router_serves
  fi
  job_runs || fail 'the job does not run: visitors stay on Kubernetes'
  unroute
  if [ -e "$WORK/objects-are-ours" ]; then
    kubectl delete -n "$NAMESPACE" -f "$MANIFESTS" --ignore-not-found >/dev/null
    rm "$WORK/objects-are-ours"
  fi
  say 'DONE: visitors are on Nomad'
}

case ${1:-run} in
  run) run ;;
  rollback) stopped=1 && rollback ;;
  *) echo 'peer.sh [run|rollback]' >&2 && exit 64 ;;
esac
