/** Owns the demo brand's active strategy: objectives, positioning, personas, mix ranges and envelope, as the first version of its market. */
import { addDays, type CalendarDay } from '../kernel/calendar.ts';
import type { Strategy } from '../domain/strategies.ts';

/** The strategy as it stands on a business date; figures fit what the simulated market does at its default size. */
export function demoStrategy(today: CalendarDay): Strategy {
  return {
    title: 'Noonward: light the desk, leave the ceiling alone',
    objectives: [
      {
        kpi: 'QUALIFIED_LEADS',
        metric: 'Qualified leads a quarter',
        baseline: 80_000,
        target: 86_000,
        date: addDays(today, 90),
      },
      {
        kpi: 'REVENUE',
        metric: 'Revenue a quarter in EUR',
        baseline: 10_000_000,
        target: 10_800_000,
        date: addDays(today, 90),
      },
      {
        kpi: 'PIPELINE',
        metric: 'Pipeline a quarter in EUR',
        baseline: 47_000_000,
        target: 51_000_000,
        date: addDays(today, 90),
      },
    ],
    positioning:
      'Noonward makes desk and rail lights that follow the daylight, for offices in which not every desk is taken every day. Smaller than a relighting project, cheaper than a sensor network, quicker than either.',
    personas: [
      {
        name: 'Head of facilities, 200 to 2,000 desks',
        need: 'A number per desk, a weekend plan, someone to call',
        trigger: 'Refurbishment, lease event or energy bill',
      },
      {
        name: 'Architect or lighting planner',
        need: 'Photometric data, samples, a maker who does not telephone',
        trigger: 'An office project at design stage',
      },
      {
        name: 'People lead in a hybrid company',
        need: 'Words for a problem that has no owner',
        trigger: 'A new office-return policy',
      },
    ],
    offers: [
      'Sample kit for 30 days with free return',
      'Floor plan with a price per desk in ten minutes',
      "Desk survey that is the reader's to keep",
    ],
    channelMix: [
      { channel: 'PAID_SEARCH', minShare: 0.15, maxShare: 0.35 },
      { channel: 'PAID_SOCIAL', minShare: 0.12, maxShare: 0.35 },
      { channel: 'VIDEO', minShare: 0.05, maxShare: 0.25 },
      { channel: 'DISPLAY', minShare: 0, maxShare: 0.15 },
      { channel: 'EMAIL', minShare: 0.02, maxShare: 0.1 },
      { channel: 'AFFILIATE', minShare: 0.03, maxShare: 0.15 },
      { channel: 'AUDIO', minShare: 0.03, maxShare: 0.15 },
      { channel: 'CTV', minShare: 0.05, maxShare: 0.28 },
    ],
    budgetEnvelope: { minor: '150000000', currency: 'EUR', period: 'QUARTER' },
    exclusions: [
      'Health, mood or performance effects of light',
      'Audiences built from gadget and desk set-up pages as a growth target',
      'Named competitors in paid media',
      'People under 18',
    ],
    kpiTree: [
      { kpi: 'REVENUE', drivers: ['QUALIFIED_LEADS', 'CLOSE_RATE', 'ORDER_VALUE'] },
      { kpi: 'QUALIFIED_LEADS', drivers: ['SESSIONS', 'ENGAGED_RATE', 'QUALIFIED_RATE'] },
      { kpi: 'SESSIONS', drivers: ['IMPRESSIONS', 'CTR', 'ORGANIC_DEMAND'] },
    ],
    owner: 'strategist@demo.example',
    draftNotes: [],
  };
}
