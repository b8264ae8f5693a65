import { PRELUDE } from './prelude.ts'
import { WAYS } from './swap.ts'

/** Who we are there, and how names can be exchanged. Writes nothing. */
export const DESCRIBE = `${PRELUDE}${WAYS}
find_ways
set -- $ways
answer ok "user=\${SUDO_USER:-$(id -un)}" "uid=$(id -u)" "kernel=$(uname -sr)" "exchange=$1"
`
