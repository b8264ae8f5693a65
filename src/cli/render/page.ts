import picocolors from 'picocolors'

type Paint = (text: string) => string

/**
 * Colours by meaning. All are legible on dark and on light backgrounds (no yellow, no white, no bright ones), `quiet` is for what a
 * reader may skip, and none is ever the only bearer of a meaning.
 */
export interface Palette {
  readonly strong: Paint
  readonly good: Paint
  readonly bad: Paint
  readonly warn: Paint
  readonly accent: Paint
  readonly quiet: Paint
}

/** Where lines go: how wide it is, how it is coloured, and how its reader calls this tool. */
export interface Page {
  /** Columns; Infinity in a pipe, where each reader wraps for themselves. */
  readonly width: number
  readonly paint: Palette
  /** More detail: everything that was seen. */
  readonly verbose: boolean
  /** A command line of ours as this person has to type it. */
  readonly command: (line: string) => string
}

const NARROWEST = 40

export function createPage(options: {
  readonly width: number
  readonly colour: boolean
  readonly verbose?: boolean
  readonly throughNpx?: boolean
}): Page {
  const colours = picocolors.createColors(options.colour)
  return {
    width: Math.max(NARROWEST, options.width),
    verbose: options.verbose ?? false,
    paint: {
      strong: colours.bold,
      good: colours.green,
      bad: (text) => colours.bold(colours.red(text)),
      warn: (text) => colours.bold(colours.magenta(text)),
      accent: colours.blue,
      quiet: colours.dim,
    },
    command: (line) => (options.throughNpx === true ? line.replace(/^jmc-migrate(?=\s|$)/, 'npx jmc-migrate') : line),
  }
}
