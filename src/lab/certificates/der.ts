/** DER (ITU-T X.690), as much of it as an X.509 certificate needs. Every function gives the bytes of one whole element. */

const UNIVERSAL = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size])
  const digits = size.toString(16)
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes])
}

function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag]), length(body.length), body])
}

export const sequence = (...members: readonly Uint8Array[]): Buffer => element(UNIVERSAL.sequence, ...members)
export const set = (...members: readonly Uint8Array[]): Buffer => element(UNIVERSAL.set, ...members)
export const utf8String = (text: string): Buffer => element(UNIVERSAL.utf8String, Buffer.from(text, 'utf8'))
export const octetString = (bytes: Uint8Array): Buffer => element(UNIVERSAL.octetString, bytes)
export const booleanTrue = (): Buffer => element(UNIVERSAL.boolean, Buffer.from([0xff]))
/** A bit string; `unusedBits` of the last byte do not count. */
export const bitString = (bytes: Uint8Array, unusedBits = 0): Buffer => element(UNIVERSAL.bitString, Buffer.from([unusedBits]), bytes)

/** An unsigned integer from its big-endian bytes: shortest form, a leading zero where the first bit would read as a sign. */
export function unsignedInteger(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first === -1 ? Buffer.from([0]) : Buffer.from(bytes.subarray(first))
  return element(UNIVERSAL.integer, Buffer.from((digits[0] ?? 0) >= 0x80 ? [0] : []), digits)
}

/** `1.2.840.10045.4.3.2`. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(UNIVERSAL.objectIdentifier, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): readonly number[] {
  const groups = [value & 0x7f]
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80)
  return groups
}

/** RFC 5280, 4.1.2.5: UTCTime until 2049, GeneralizedTime from 2050 on; whole seconds. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return date.getUTCFullYear() < 2050
    ? element(UNIVERSAL.utcTime, Buffer.from(digits.slice(2)))
    : element(UNIVERSAL.generalizedTime, Buffer.from(digits))
}

/** `[number]` around whole elements. */
export const explicit = (number: number, ...content: readonly Uint8Array[]): Buffer => element(0xa0 | number, ...content)
/** `[number]` in place of a primitive element's own tag. */
export const implicit = (number: number, content: Uint8Array): Buffer => element(0x80 | number, content)

/** The elements directly inside the constructed element that `der` begins with, each with its tag and length. */
export function children(der: Uint8Array): readonly Uint8Array[] {
  const outer = header(der, 0)
  const found: Uint8Array[] = []
  for (let at = outer.start; at < outer.end;) {
    const { end } = header(der, at)
    found.push(der.subarray(at, end))
    at = end
  }
  return found
}

function header(der: Uint8Array, at: number): { readonly start: number; readonly end: number } {
  const first = der[at + 1] ?? 0
  if (first < 0x80) return { start: at + 2, end: at + 2 + first }
  const start = at + 2 + (first & 0x7f)
  return { start, end: start + Number.parseInt(Buffer.from(der.subarray(at + 2, start)).toString('hex'), 16) }
}
