import type { PolicyFinding, PolicyQuestion, PolicyRule } from '../domain/policy.ts'
import type { Silence, Told } from './answers.ts'
import { RIGHT } from './ask.ts'
import { findingOf, placeOf } from './finding.ts'

/** What a rule had to say of one object, over all members that were about it. */
interface Account {
  readonly rule: PolicyRule
  readonly object: string
  /** Indices into the findings. */
  findings: readonly number[]
  silence: Silence | undefined
}

/** A rule that said nothing about an object. */
export interface Silent {
  readonly rule: PolicyRule
  readonly object: string
  readonly silence: Silence
}

/** Answers, counted and sorted as they come. */
export class Tally {
  readonly findings: PolicyFinding[] = []
  readonly #asked: Map<string, number>
  readonly #accounts = new Map<PolicyRule, Map<string, Account>>()

  constructor(rules: readonly PolicyRule[]) {
    this.#asked = new Map(rules.map(({ name }) => [name, 0]))
  }

  readonly add = ({ question, it, index, outcome }: Told): void => {
    const { rule, subject } = question
    const place = placeOf(it)
    const account = this.#account(rule, place?.object ?? subject.name)
    if (outcome !== RIGHT && 'message' in outcome) {
      account.findings = [...account.findings, this.findings.length]
      this.findings.push(findingOf(question, place, index, outcome.message))
    }
    if (outcome !== RIGHT && 'why' in outcome) account.silence ??= outcome
    if (outcome === RIGHT || !('why' in outcome) || outcome.why !== 'skipped')
      this.#asked.set(rule.name, (this.#asked.get(rule.name) ?? 0) + 1)
  }

  get asked(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#asked)
  }

  get silent(): readonly Silent[] {
    return this.#all().flatMap(({ rule, object, silence }) => (silence === undefined ? [] : [{ rule, object, silence }]))
  }

  /** One verdict a rule and object, the worst of its members'. `waived`: the findings as the waivers left them, in the same order. */
  questions(waived: readonly PolicyFinding[]): readonly PolicyQuestion[] {
    return this.#all().map(({ rule, object, findings, silence }) => {
      const isOpen = findings.some((index) => waived[index]?.waiver === undefined)
      if (!isOpen && silence !== undefined) return { rule: rule.name, object, verdict: 'inconclusive', reason: silence.unanswered }
      return { rule: rule.name, object, verdict: isOpen ? 'found' : findings.length > 0 ? 'waived' : 'passed' }
    })
  }

  #all(): readonly Account[] {
    return [...this.#accounts.values()].flatMap((accounts) => [...accounts.values()])
  }

  #account(rule: PolicyRule, object: string): Account {
    let accounts = this.#accounts.get(rule)
    if (accounts === undefined) this.#accounts.set(rule, (accounts = new Map()))
    let account = accounts.get(object)
    if (account === undefined) accounts.set(object, (account = { rule, object, findings: NONE, silence: undefined }))
    return account
  }
}

const NONE: readonly number[] = []
