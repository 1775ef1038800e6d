/** Owns plans made by rules: a goal and the data at hand bring only the specialists that they need. Checking a plan is `planCheck.ts`. */
import { isPlural } from '../agents/labels.ts';
import type { GoalInput } from '../domain/goals.ts';
import type { Plan, PlannedTask, Specialist, Stage } from '../domain/specialists.ts';
import type { DataReadiness } from './dataReadiness.ts';

/** A goal as the planner reads it: its text is the only words a plan is made from. */
export type PlanGoal = Pick<GoalInput, 'kpi' | 'text' | 'constraints' | 'market'>;

/** Words that name an area in a goal, as alternatives of a regular expression. */
const areaWords: Readonly<Partial<Record<Specialist, string>>> = {
  SEO_GEO_BRIEF: 'seo|geo briefs?|organic|search rankings?|search visibility|ai answers?',
  CONTENT: 'content|creatives?|copy|messages?|messaging|headlines?|social posts?',
  PAID_MEDIA: 'paid media|paid search|paid social|paid channels|media budgets?|paid ads|ads',
  EMAIL: 'e-?mails?|newsletters?',
  AUDIENCE_INSIGHT: 'audiences?|segments?|targeting',
  RESEARCH: 'research|competitor research',
};

/** One entry of the catalogue that rules pick from. `after` names specialists whose artifacts it reads when they are in the plan. */
interface Step {
  readonly specialist: Specialist;
  readonly id: string;
  readonly stage: Stage;
  readonly after: readonly Specialist[];
  readonly question: (goal: PlanGoal) => string;
  readonly needed: (goal: PlanGoal, data: DataReadiness) => string | null;
}

const kpiWords = (goal: PlanGoal): string => goal.kpi.toLowerCase().replaceAll('_', ' ');

const steps: readonly Step[] = [
  {
    specialist: 'RESEARCH',
    id: 'research',
    stage: 'PLAN',
    after: [],
    question: (goal) => `What do our own brand material and past results say about growing ${kpiWords(goal)}?`,
    needed: (_, data) =>
      data.brandMaterial ? 'Brand material is in memory; what is known comes before what is written.' : null,
  },
  {
    specialist: 'AUDIENCE_INSIGHT',
    id: 'audience-insight',
    stage: 'PLAN',
    after: [],
    question: (goal) => `Which audiences bring ${kpiWords(goal)} of quality, and which only click?`,
    needed: (_, data) => (data.audiences ? 'The data is cut by audiences, so their quality can be told apart.' : null),
  },
  {
    specialist: 'PAID_MEDIA',
    id: 'paid-media',
    stage: 'PLAN',
    after: [],
    question: (goal) =>
      `What did each channel add to ${kpiWords(goal)}, and where does the next unit of spend bring most?`,
    needed: (_, data) =>
      data.paidMedia ? 'There is spend, or there are media inputs, to explain results with.' : null,
  },
  {
    specialist: 'EMAIL',
    id: 'email',
    stage: 'PLAN',
    after: ['AUDIENCE_INSIGHT'],
    question: () => 'Which email flows and variants earn, which tire the list, and what should change?',
    needed: (_, data) => (data.email ? 'Emails are being sent and their results are in the data.' : null),
  },
  {
    specialist: 'SEO_GEO_BRIEF',
    id: 'seo-geo-brief',
    stage: 'PLAN',
    after: ['RESEARCH'],
    question: (goal) => `Which question should a page answer so that search and AI answers bring ${kpiWords(goal)}?`,
    needed: (goal, data) =>
      data.organic && (data.brandMaterial || goal.kpi === 'SESSIONS')
        ? 'Visits without spend are measured, and there are facts to answer with.'
        : null,
  },
  {
    specialist: 'CONTENT',
    id: 'content',
    stage: 'EXECUTE',
    after: ['RESEARCH', 'AUDIENCE_INSIGHT', 'SEO_GEO_BRIEF', 'PAID_MEDIA'],
    question: () => 'Which new variants should replace or stand beside the messages that tire?',
    needed: (_, data) =>
      data.messages && data.brandMaterial
        ? 'Messages are measured one by one, and brand material says what may be written.'
        : null,
  },
  {
    specialist: 'COMPLIANCE_REVIEW',
    id: 'compliance-review',
    stage: 'EXECUTE',
    after: ['CONTENT', 'EMAIL', 'SEO_GEO_BRIEF'],
    question: () => 'Does anything written break a law, a platform rule or a rule of the brand, or lack evidence?',
    needed: () => null,
  },
  {
    specialist: 'NEXT_BEST_ACTION',
    id: 'next-best-action',
    stage: 'OPTIMIZE',
    after: ['PAID_MEDIA', 'AUDIENCE_INSIGHT', 'EMAIL', 'CONTENT', 'COMPLIANCE_REVIEW'],
    question: (goal) => `What should be done next for ${kpiWords(goal)}, with which forecast, and what was rejected?`,
    needed: () => 'Every goal ends in decisions for people.',
  },
  {
    specialist: 'REPORTING',
    id: 'reporting',
    stage: 'MEASURE',
    after: ['PAID_MEDIA', 'AUDIENCE_INSIGHT', 'EMAIL', 'NEXT_BEST_ACTION'],
    question: (goal) =>
      `Where ${isPlural(goal.kpi) ? 'do' : 'does'} ${kpiWords(goal)} stand against ${isPlural(goal.kpi) ? 'their' : 'its'} target, what changed, and why?`,
    needed: (_, data) => (data.outcomes || data.paidMedia ? 'Every goal is reported on, from the data at hand.' : null),
  },
];

/** Specialists whose texts a compliance review must follow. */
export const writingSpecialists: readonly Specialist[] = ['CONTENT', 'EMAIL', 'SEO_GEO_BRIEF'];

/** Specialists that no words of a goal keep out. */
const always: readonly Specialist[] = ['NEXT_BEST_ACTION', 'REPORTING', 'COMPLIANCE_REVIEW'];

/** The plan that rules make for a goal; the same goal and data always give the same plan. */
export function planByRules(goal: PlanGoal, data: DataReadiness): Plan {
  const scope = scopeOf(goal);
  const reasons = new Map<Specialist, string>();
  for (const step of steps) {
    const reason = step.needed(goal, data);
    if (reason !== null && scope.allows(step.specialist)) reasons.set(step.specialist, reason);
  }
  if (writingSpecialists.some((specialist) => reasons.has(specialist))) {
    reasons.set('COMPLIANCE_REVIEW', 'A review always follows what is written.');
  }
  const tasks = steps.flatMap((step) => {
    const reason = reasons.get(step.specialist);
    return reason === undefined ? [] : [taskOf(step, goal, { reason, planned: reasons })];
  });
  return { tasks, rationale: rationaleOf(tasks, scope.words) };
}

function taskOf(
  step: Step,
  goal: PlanGoal,
  context: { reason: string; planned: ReadonlyMap<Specialist, string> },
): PlannedTask {
  const dependsOn = steps
    .filter((other) => step.after.includes(other.specialist) && context.planned.has(other.specialist))
    .map((other) => other.id);
  return {
    id: step.id,
    specialist: step.specialist,
    stage: step.stage,
    question: step.question(goal),
    reason: context.reason,
    dependsOn,
  };
}

/** What the goal's words limit the plan to ("only email", "email only") or keep out of it ("no new content", "without email"). */
function scopeOf(goal: PlanGoal): { allows(specialist: Specialist): boolean; words: string } {
  const text = [goal.text, ...goal.constraints].join('\n');
  const named = (pattern: (area: string) => string): Set<Specialist> =>
    new Set(
      (Object.keys(areaWords) as Specialist[]).filter((specialist) =>
        new RegExp(pattern(areaWords[specialist] ?? ''), 'i').test(text),
      ),
    );
  const only = named(
    (area) =>
      `\\b(only|just|solely)\\s+((on|the|our|use|through|via|with)\\s+){0,2}(${area})\\b|\\b(${area})\\s+only\\b`,
  );
  const never = named(
    (area) =>
      `\\b(no|without|exclude|excluding|leave out)\\s+((any|new|more|the|our|changes?|to|work|on)\\s+){0,3}(${area})\\b`,
  );
  const words = [only.size > 0 ? `limited to ${list(only)}` : '', never.size > 0 ? `without ${list(never)}` : '']
    .filter(Boolean)
    .join(', ');
  return {
    allows: (specialist) =>
      always.includes(specialist) || (!never.has(specialist) && (only.size === 0 || only.has(specialist))),
    words,
  };
}

function rationaleOf(tasks: readonly PlannedTask[], scope: string): string {
  const names = tasks.map((task) => task.id).join(', ');
  return `Made by rules from the goal and the data at hand${scope ? ` (${scope} by the goal's words)` : ''}: ${names}.`;
}

function list(specialists: ReadonlySet<Specialist>): string {
  return [...specialists].map((specialist) => specialist.toLowerCase().replaceAll('_', ' ')).join(' and ');
}
