import type { Event, RunResult } from '../domain/event.ts'
import type { Problem } from '../domain/problem.ts'
import { ProblemError } from '../domain/problem.ts'
import type { Application, PlanOptions } from './contract.ts'
import type { NamesFromHere } from './names-from-here.ts'
import { namesFromHere } from './names-from-here.ts'
import { planFolder } from './wire/plan-location.ts'
import { isFolder } from './wire/state-folder.ts'

/** The application with every file that it speaks of named from the current directory: what is printed can be opened, and typed. */
export function fromHere(application: Application): Application {
  return {
    ...application,
    run: (options, ui) => speaking(options, async (names) => result(names, await application.run(options, told(names, ui)))),
    rollback: (options, ui) => speaking(options, async (names) => result(names, await application.rollback(options, told(names, ui)))),
    dryRun: (options, ui) =>
      speaking(options, async (names) => {
        const found = await application.dryRun(options, told(names, ui))
        return { ...found, findings: found.findings.map(({ target, finding }) => ({ target, finding: withProblem(names, finding) })) }
      }),
    dryRollback: (options) => speaking(options, () => application.dryRollback(options)),
    status: (options) =>
      speaking(options, async ({ words }) => {
        const view = await application.status(options)
        return view?.edited === undefined ? view : { ...view, edited: { ...view.edited, difference: view.edited.difference.map(words) } }
      }),
    validate: async (paths) =>
      (await application.validate(paths)).map((plan) => {
        const { problem, report } = namesFromHere(plan.path, planFolder(plan.path))
        const { policies } = plan
        return {
          ...plan,
          problems: plan.problems.map(problem),
          warnings: plan.warnings.map(problem),
          ...(policies && { policies: { ...policies, report: report(policies.report) } }),
        }
      }),
  }
}

/** A state folder does not say where its plan lies. */
async function speaking<Value>({ plan }: Pick<PlanOptions, 'plan'>, work: (names: NamesFromHere) => Promise<Value>): Promise<Value> {
  const names = namesFromHere(plan, isFolder(plan) ? process.cwd() : planFolder(plan))
  try {
    return await work(names)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const [first, ...more] = error.problems
    throw new ProblemError(names.problem(first), ...more.map(names.problem))
  }
}

const told = <Ui extends { readonly emit: (event: Event) => void }>(names: NamesFromHere, ui: Ui): Ui => ({
  ...ui,
  emit: (event) => ui.emit(named(names, event)),
})

function named(names: NamesFromHere, event: Event): Event {
  if (event.type === 'preflight-finding') return { ...event, finding: withProblem(names, event.finding) }
  if (event.type === 'finished') return { ...event, result: result(names, event.result) }
  return withProblem(names, event)
}

function result(names: NamesFromHere, ended: RunResult): RunResult {
  return ended.outcome === 'failed' ? { ...ended, problems: ended.problems.map(names.problem) } : withProblem(names, ended)
}

function withProblem<Speaking extends object>(names: NamesFromHere, speaking: Speaking): Speaking {
  if (!('problem' in speaking) || !isProblem(speaking.problem)) return speaking
  return { ...speaking, problem: names.problem(speaking.problem) }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'summary' in value && 'next' in value
