/** Shapes of credentials that say what they are (each provider's own documentation of its tokens). */
const TOKENS: readonly RegExp[] = [
  /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/,
  /\bA(?:KIA|SIA)[0-9A-Z]{16}\b/, // AWS
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/, // GitHub
  /\bgithub_pat_[A-Za-z0-9_]{22,}/,
  /\bglpat-[A-Za-z0-9_-]{20,}/, // GitLab
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/, // Slack
  /\bsk-[A-Za-z0-9_-]{20,}/, // OpenAI, OpenRouter, Anthropic
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/, // Stripe
  /\bAIza[A-Za-z0-9_-]{35}/, // Google
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/, // SendGrid
  /\bnpm_[A-Za-z0-9]{36}\b/,
  /\bhf_[A-Za-z0-9]{30,}\b/, // Hugging Face
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/, // a signed JSON Web Token
  /\bBearer [A-Za-z0-9._~+/-]{16,}=*/,
]

/** Texts that stand for a value that is given later; `placeholder-of-NAME` is our own. */
const STAND_IN =
  /^(placeholder.*|change[-_ ]?me.*|replace[-_ ]?(me|with).*|your[-_ ].*|todo|tbd|dummy.*|example.*|redacted|none|null|undefined|<.*>|\[.*\]|x{3,}|\*+|\.{3})$/i

const NAMES_A_SECRET =
  /(^|_)(passwords?|passwd|pwd|passphrases?|secrets?|token|api_?keys?|secret_?keys?|private_?keys?|access_?keys?|signing_?keys?|encryption_?keys?|credentials?|smtp_pass|db_pass|pass|requirepass|masterauth)(_|$)/

/** Words that make of `TOKEN_URL`, `JWT_ALGORITHM` or `SECRET_NAME` something that everybody may know. */
const NAMES_SOMETHING_ABOUT_IT =
  /(^|_)(urls?|uri|endpoint|file|path|dir|name|ref|header|issuer|audience|alg|algorithm|type|ttl|expir[a-z]*|minutes|seconds|hours|days|lifetime|length|size|limit|max|min|enabled?|disabled?|required|public|prefix|suffix|mode|policy|version|rounds|id|count|provider|store|stdin)(_|$)/

/** `tlsSecret: shop-tls` names an object, and so does `secret: shop-tls`; `clientSecret` is one. */
const NAMES_AN_OBJECT = /(^|_)(tls|pull|existing|image|registry)_secrets?$|^secrets?$/

const NAMES_A_FINGERPRINT =
  /(^|_)(sha\d*|digest|checksum|hash|commit|revision|integrity|etag|public|certificate|cert|ca|crt|nonce|uuid)(_|$)/

/**
 * Whether a value under this key is a secret in the open: a credential of a known shape, an address with a password in it, anything under a key
 * that names a secret, or a long random word. Stand-ins (`placeholder-of-NAME`, `changeme`, `${NAME}`) are none. Says nothing about the value itself:
 * messages name the key alone.
 */
export function looksSecret(key: string, value: string): boolean {
  const text = value.trim()
  if (isStandIn(text)) return false
  if (text.includes('\n')) return TOKENS.some((token) => token.test(text)) || text.split('\n').some(lineLooksSecret)
  if (TOKENS.some((token) => token.test(text)) || hasPassword(text)) return true
  const name = words(key)
  if (NAMES_AN_OBJECT.test(name) && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text)) return false
  if (NAMES_A_SECRET.test(name) && !NAMES_SOMETHING_ABOUT_IT.test(name)) return mayBeSecret(text)
  return !NAMES_A_FINGERPRINT.test(name) && isRandomWord(text)
}

/** Nothing, or something that only stands for a value: no secret is lost by showing it. */
export function isStandIn(text: string): boolean {
  return text === '' || STAND_IN.test(text) || /^\$[({]|^\{\{/.test(text) || text.includes('placeholder-of-')
}

/** A line of a configuration file: `key: value`, `key = value`, `"key": "value",`. */
function lineLooksSecret(line: string): boolean {
  const match = /^\s*(?:export\s+|-\s+)?["']?([\w.-]+)["']?\s*[:=]\s*(.*)$/.exec(line)
  if (match === null) return hasPassword(line)
  const value = (match[2] ?? '').replace(/,\s*$/, '').replace(/^(["'])(.*)\1$/, '$2')
  return looksSecret(match[1] ?? '', value)
}

/** `dbPassword`, `db-password` and `DB_PASSWORD` are the same words. */
function words(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase()
}

/** `postgres://user:password@host`, unless the password only stands for one. */
function hasPassword(text: string): boolean {
  const match = /[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:([^\s/@]+)@/i.exec(text)
  return match !== null && !isStandIn(match[1] ?? '') && !/^(pass|passwd|password|pw|secret)$/i.test(match[1] ?? '')
}

/** Not a switch, a small number, a path or an address. */
function mayBeSecret(text: string): boolean {
  return text.length >= 4 && !/^(true|false|enabled|disabled|required|optional|\d{1,5}|[./~][\w./-]*|https?:\/\/\S*)$/i.test(text)
}

/** Twenty-four or more characters of one word that uses nearly as many different ones as chance would. */
function isRandomWord(text: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{24,}={0,2}$/.test(text) || /^[0-9a-fA-F-]+$/.test(text)) return false
  if ([/[a-z]/, /[A-Z]/].some((kind) => !kind.test(text)) || (text.match(/\d/g) ?? []).length < 3) return false
  return entropy(text) >= 4
}

/** Shannon's, in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0)
}
