import { Command, InvalidArgumentError, Option } from 'commander'
import { EXIT_CODES } from './exit-code.ts'
import type { Invocation, LookFlags, ReportFormat, RollbackFlags, RunFlags } from './invocation.ts'
import { REPORT_FORMATS } from './invocation.ts'
import { LAB_FAULTS } from './lab-faults.ts'
import type { General } from './screen.ts'
import { VERSION } from './version.ts'

/** The commands and flags, as commander understands and explains them. `invoked` gets what the user asked for. */
export function createProgram(invoked: (invocation: Invocation) => void): Command {
  const program = new Command('jmc-migrate')
    .description(
      'Moves a live site from Nomad to Kubernetes behind a Traefik edge: health-gated steps, and a way back until the last moment.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .option('--no-color', 'no colours (also: NO_COLOR)')
    .option('-q, --quiet', 'only results and problems')
    .option('-v, --verbose', 'all that was seen')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EPILOGUE)
  const general = (flags: { readonly json?: boolean }): General => {
    const all = program.opts<{ color: boolean; quiet?: boolean; verbose?: boolean }>()
    return { json: flags.json ?? false, quiet: all.quiet ?? false, verbose: all.verbose ?? false, colour: all.color }
  }
  addRun(program).action((plan: string, flags: RunFlags & { json?: boolean }) =>
    invoked({ command: 'run', plan, flags, general: general(flags) }),
  )
  addRollback(program).action((plan: string, flags: RollbackFlags & { json?: boolean }) =>
    invoked({ command: 'rollback', plan, flags, general: general(flags) }),
  )
  addStatus(program).action((plan: string, flags: LookFlags & { json?: boolean }) =>
    invoked({ command: 'status', plan, flags, general: general(flags) }),
  )
  addValidate(program).action((plans: string[], flags: { json?: boolean; format: ReportFormat }) =>
    invoked({ command: 'validate', plans, format: flags.format, general: general(flags) }),
  )
  addSchema(program).action(() => invoked({ command: 'schema', general: general({}) }))
  addLab(program).action((plan: string | undefined, flags: LookFlags) =>
    invoked({ command: 'lab', plan, flags: { ...flags, lab: true }, general: general({}) }),
  )
  return program
}

const lab = (): Option => new Option('--lab', 'on the embedded lab instead of the real servers')
const json = (): Option => new Option('--json', 'one JSON object a line on stdout, nothing else')
const stateDir = (): Option =>
  new Option(
    '--state-dir <dir>',
    'where the journal is (default: .jmc-migrate/FILE beside the plan, named after its file; a link to a plan is that plan)',
  )
const labFault = (): Option =>
  new Option('--lab-fault <name>', `break something in the lab (may be repeated): ${Object.keys(LAB_FAULTS).join(', ')}`).argParser(
    collectFault,
  )

function collectFault(name: string, before: readonly string[] | undefined): readonly string[] {
  if (!Object.hasOwn(LAB_FAULTS, name)) throw new InvalidArgumentError(`There are: ${Object.keys(LAB_FAULTS).join(', ')}.`)
  return [...(before ?? []), name]
}

function addRun(program: Command): Command {
  return program
    .command('run')
    .summary('carry out a plan, or go on with it')
    .description(
      'Carries out a plan from where it stands: preview, approval, then step by step, each behind its gates. Goes on after an interruption.',
    )
    .argument('<plan>', 'the plan file')
    .option('--to <state>', 'stop when this state is reached')
    .option('--dry-run', 'preview every step against the real servers; changes nothing')
    .addOption(lab())
    .addOption(labFault())
    .option('-y, --yes', 'approve the preview (outside the lab not the step that cannot be undone)')
    .option(
      '--confirm <name>',
      'confirm a step that cannot be undone: the name of what it removes; once for each such step',
      (name: string, before: readonly string[] | undefined): readonly string[] | undefined => [...(before ?? []), name],
    )
    .option('--amend', 'go on with a plan that was edited since the run began')
    .addOption(json())
    .option('--out <file>', 'save the dry run')
    .option('--preview <file>', 'do exactly what this saved dry run says, or refuse')
    .option('--detailed-exitcode', 'exit 2 if the dry run found changes')
    .addOption(stateDir())
    .addHelpText('after', RUN_EXAMPLES)
}

function addRollback(program: Command): Command {
  return program
    .command('rollback')
    .summary('go back to a state, and prove it')
    .description('Undoes, in reverse, all that was done after a state was reached. Visitors return only to a side that was proven healthy.')
    .argument('<plan>', 'the plan file, or the state folder of its run')
    .option('--to <state>', 'go back to this state (default: the first)')
    .option('--dry-run', 'print what would be undone; changes nothing')
    .option('-y, --yes', 'do not ask')
    .addOption(lab())
    .addOption(json())
    .addOption(stateDir())
    .addHelpText('after', ROLLBACK_EXAMPLES)
}

function addStatus(program: Command): Command {
  return program
    .command('status')
    .summary('where are we, why are we waiting, what to type next')
    .argument('<plan|dir>', 'the plan file, or the state folder of its run')
    .addOption(lab())
    .addOption(json())
    .addOption(stateDir())
}

function addValidate(program: Command): Command {
  return program
    .command('validate')
    .summary('check plans and what they deploy; touches nothing')
    .argument('<plan...>', 'plan files')
    .addOption(json())
    .addOption(
      new Option('--format <format>', 'report for other tools, on stdout')
        .choices([...REPORT_FORMATS])
        .default('text')
        .conflicts('json'),
    )
}

function addSchema(program: Command): Command {
  return program.command('schema').summary('print the JSON Schema of plans')
}

function addLab(program: Command): Command {
  return program
    .command('lab')
    .summary('keep a lab running for other tools, until Ctrl-C')
    .argument('[plan]', 'the plan whose lab block says how the world starts; the only one in plans/ where none is named')
    .addOption(labFault())
    .addOption(stateDir())
}

const EPILOGUE = `
Examples:
  jmc-migrate run plans/site.yaml --lab --yes          the whole migration, on the embedded lab
  jmc-migrate run plans/site.yaml --dry-run            what would be done on the real servers
  jmc-migrate run plans/site.yaml --to k8s-only        until visitors are on Kubernetes
  jmc-migrate status plans/site.yaml                   where it stands
  jmc-migrate rollback plans/site.yaml                 back to the start

Exit codes:
${EXIT_CODES.map(([code, meaning]) => `  ${code.padEnd(5)}${meaning}`).join('\n')}`

const RUN_EXAMPLES = `
Examples:
  jmc-migrate run plans/site.yaml --dry-run --out preview.json
  jmc-migrate run plans/site.yaml --preview preview.json --yes --confirm my-job
  jmc-migrate run plans/site.yaml --lab --lab-fault pods-crash --yes`

const ROLLBACK_EXAMPLES = `
Examples:
  jmc-migrate rollback plans/site.yaml --dry-run
  jmc-migrate rollback plans/site.yaml --to both-running --yes`
