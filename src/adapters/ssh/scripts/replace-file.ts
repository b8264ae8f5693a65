import { IN_PLACE } from './in-place.ts'
import { LOCK } from './lock.ts'
import { PRELUDE } from './prelude.ts'
import { STAGE } from './stage.ts'
import { SWAP } from './swap.ts'
import { RECOVERY, TRANSACTION } from './transaction.ts'
import { WRITERS } from './writers.ts'

/**
 * PATIENCE DEADLINE MODE PATH REAL BEFORE AFTER, the new bytes on stdin. It begins no change later than DEADLINE seconds after it started: once
 * the caller has stopped waiting, nothing happens any more. The no-ops `: point NAME` mark where tests kill it or edit the file.
 */
export const REPLACE_FILE = `${PRELUDE}${LOCK}${STAGE}${SWAP}${WRITERS}${TRANSACTION}${IN_PLACE}${RECOVERY}
patience=$1 deadline=$(($(clock) + $2)) mode=$3 path=$4 expected=$5 before=$6 after=$7
part='' temp='' unproven=''
refuse() { [ -z "$part" ] || rm -f -- "$part"; answer "$@"; }
changed() { hash_of "$real"; [ -n "$hash" ] || refuse missing "path=$real"; refuse changed "found=$hash"; }

needs readlink stat cat mv cp ln rm chmod chown dd cmp tail cut tr date
locate "$path"
[ -w "$real" ] || answer not-writable "detail=$(flat "$({ : >>"$real"; } 2>&1)")"
receive "$after"
: point received
lock -x "$patience" || refuse locked
: point locked
[ "$(clock)" -le "$deadline" ] || refuse too-late
recover_in_place
recover
: point recovered
[ "$real" = "$expected" ] || changed
hash_of "$real"
[ "$hash" = "$before" ] || changed
[ "$before" != "$after" ] || refuse replaced "by=$mode"
same_access "$real" "$part" || refuse access-not-kept "detail=$(flat "$error")"
sync_path "$part"

if [ "$mode" = in-place ]; then
  write_in_place "$part"
  case $? in 1) refuse write-refused "detail=$(flat "$error")" ;; 2) changed ;; 3) answer half-done "detail=$(flat "$error")" ;; esac
  hash_of "$real"
  [ "$hash" = "$after" ] || changed
  answer replaced by=in-place
fi

temp=$(temp_name "$before" "$after").jmc-migrate.tmp
mv -- "$part" "$temp" || refuse write-refused 'detail=the temporary file could not be renamed'
part=$temp
: point prepared
tries=20
while writers "$real"; [ $? -eq 1 ]; do
  tries=$((tries - 1)); [ "$tries" -gt 0 ] || refuse busy
  pause
done
hash_of "$real"
[ "$hash" = "$before" ] || changed
: point checked
find_ways
was=$before theirs=$after uncopied=
put_live "$temp" "$after" "$before"
case $? in
  0) sync_path "$dir"; if [ "$rounds" -le 1 ] || [ -z "$uncopied" ]; then drop "$temp"; else keep "$temp"; fi ;;
  1) [ -e "$temp" ] || answer half-done "detail=$(flat "$error")"
     [ -e "$real" ] || refuse missing "path=$real"
     [ "$error" != 'changed just now' ] || changed
     refuse write-refused "detail=$(flat "$error")" ;;
  2) sync_path "$dir"; [ ! -e "$temp" ] || keep "$temp" ;;
esac
: point dropped
hash_of "$real"
[ "$hash" != "$after" ] || answer replaced "by=$by" "unproven=$unproven"
[ "$rounds" -eq 0 ] || [ "$hash" != "$before" ] || answer busy
part=
changed
`
