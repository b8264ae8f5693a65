import type { Side } from '../../domain/observation.ts'
import type { VisitorShare, VisitorsNow } from '../../domain/visitors.ts'
import { clockTime, dateTime } from './time.ts'

const SIDES: Readonly<Record<Side, string>> = { old: 'Nomad', new: 'Kubernetes' }

/** `50% of visitors on Kubernetes, 50% on Nomad`. */
export function shareText({ old, new: fresh, spare }: VisitorShare): string {
  if (old === 100) return 'all visitors on Nomad'
  if (fresh === 100)
    return `all visitors on Kubernetes${spare === undefined ? '' : `, ${SIDES[spare]} as spare while its health check fails`}`
  return `${fresh}% of visitors on Kubernetes, ${old}% on Nomad`
}

/** Where visitors are, who says so and when; or that it was not seen, and what was verified last. */
export function visitorsNowTexts(now: VisitorsNow): readonly string[] {
  if (now.seen) return [`${whereText(now)} (seen at ${clockTime(now.at)})`, answerText(now.answer)]
  const last = now.last === undefined ? [] : [`last verified, ${dateTime(now.last.at)}: ${shareText(now.last.share)}`]
  return [`not seen: ${now.why}`, ...last]
}

type Seen = Extract<VisitorsNow, { seen: true }>

/** Whom visitors do not reach is known of the new side alone: that they are on the old one, by what answers them. */
function whereText({ share, how, answer }: Seen): string {
  if (share.new > 0) return `${shareText(share)}: the edge's own routers say so`
  return answer.verdict === 'pass' ? `${shareText(share)}: ${how}` : `none on Kubernetes: ${how}`
}

const answerText = ({ verdict, reason }: Seen['answer']): string =>
  verdict === 'inconclusive' ? `could not ask as a visitor: ${reason}` : reason
