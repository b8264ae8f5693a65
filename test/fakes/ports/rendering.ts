import type { FileTexts, HelmChart, RenderedText, RenderingPort } from '../../../src/domain/ports/rendering.ts'
import type { Problem } from '../../../src/domain/problem.ts'
import { ProblemError } from '../../../src/domain/problem.ts'

/** Says what it was told to say, and remembers what it was asked. It reads no template. */
export class FakeRendering implements RenderingPort {
  /** What a chart or a kustomization gives, by its folder. */
  readonly output = new Map<string, string>()
  readonly warnings: string[] = []
  lint: Awaited<ReturnType<RenderingPort['helmLint']>> = []
  /** Set: every question is refused. */
  refusal: Problem | undefined
  readonly charts: HelmChart[] = []
  readonly kustomizations: { readonly folder: string; readonly files: FileTexts }[] = []

  async helmTemplate(chart: HelmChart): Promise<RenderedText> {
    this.charts.push(chart)
    return this.#give(chart.chart)
  }

  async helmLint(chart: HelmChart) {
    this.charts.push(chart)
    return this.lint
  }

  async kustomize(folder: string, files: FileTexts): Promise<RenderedText> {
    this.kustomizations.push({ folder, files })
    return this.#give(folder)
  }

  #give(folder: string): RenderedText {
    if (this.refusal !== undefined) throw new ProblemError(this.refusal)
    return { yaml: this.output.get(folder) ?? '', warnings: this.warnings }
  }
}

/** Output as helm prints it: each document below the template it comes from. */
export const helmOutput = (name: string, ...documents: readonly (readonly [template: string, text: string])[]): string =>
  documents.map(([template, text]) => `---\n# Source: ${name}/${template}\n${text.trimEnd()}\n`).join('')
